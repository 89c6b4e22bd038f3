// GET /session in an Express application with express-session, its sessions in Redis through connect-redis. Makes
// SESSIONS of them first and writes their cookies' values to TOKENS, one a line.
import { RedisStore } from "connect-redis";
import { sign } from "cookie-signature";
import express from "express";
import session from "express-session";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createClient } from "redis";

const { PORT, REDIS_PORT, SESSIONS, TOKENS } = process.env;
const secret = randomBytes(32).toString("hex");
const client = await createClient({ socket: { host: "127.0.0.1", port: Number(REDIS_PORT) } }).connect();
const store = new RedisStore({ client });

async function signedIn(number) {
  const id = randomBytes(24).toString("base64url");
  await store.set(id, { cookie: { originalMaxAge: null }, userId: `user-${number}` });
  return encodeURIComponent(`s:${sign(id, secret)}`);
}

const app = express();
app.use(session({ store, secret, resave: false, saveUninitialized: false }));
app.get("/session", (request, response) => {
  response.set("Cache-Control", "no-store");
  const { id: sessionId, userId } = request.session;
  response.json({ session: userId === undefined ? null : { sessionId, userId }, setCookie: [] });
});

const cookies = await Promise.all(Array.from({ length: Number(SESSIONS) }, (_, number) => signedIn(number)));
writeFileSync(TOKENS, cookies.join("\n") + "\n");
app.listen(Number(PORT), "127.0.0.1");
