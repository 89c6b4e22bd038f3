// GET /session in a Node application with Lucia, for the measurements of tests/bench. Makes SESSIONS of them first and
// writes their cookies' values to TOKENS, one a line.

import { redis as redisSessionAdapter } from "@lucia-auth/adapter-session-redis";
import { lucia } from "lucia";
import { node } from "lucia/middleware";
import "lucia/polyfill/node";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createClient } from "redis";

const { PORT, REDIS_PORT, SESSIONS, TOKENS } = process.env;
const client = createClient({ socket: { host: "127.0.0.1", port: Number(REDIS_PORT) } });
await client.connect();

// Users cost nothing here, in Lucia's favour.
const users = () => ({ getUser: async (id) => ({ id }) });
const auth = lucia({
  adapter: { user: users, session: redisSessionAdapter(client) },
  env: "PROD",
  middleware: node(),
});

const server = createServer(async (request, response) => {
  const found = await auth.handleRequest(request, response).validate();
  const session = found && { sessionId: found.sessionId, userId: found.user.userId, state: found.state };
  const body = Buffer.from(JSON.stringify({ session, setCookie: [] }));
  const length = { "Content-Length": body.length };
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store", ...length }).end(body);
});

const ids = await Promise.all(Array.from({ length: Number(SESSIONS) }, async (_, number) => {
  const { sessionId } = await auth.createSession({ userId: `user-${number}`, attributes: {} });
  return sessionId;
}));
writeFileSync(TOKENS, ids.join("\n") + "\n");
server.listen(Number(PORT), "127.0.0.1");
