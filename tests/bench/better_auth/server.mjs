// GET /session by Better Auth's getSession, its sessions in Redis as secondary storage; users are in memory. Makes
// SESSIONS of them first and writes their cookies' values to TOKENS, one a line.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { Redis } from "ioredis";
import { createHmac, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";

const { PORT, REDIS_PORT, SESSIONS, TOKENS } = process.env;
const secret = randomBytes(32).toString("hex");
const redis = new Redis({ port: Number(REDIS_PORT), enableAutoPipelining: true });
const auth = betterAuth({
  baseURL: `http://127.0.0.1:${PORT}`,
  secret,
  telemetry: { enabled: false },
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  secondaryStorage: {
    get: (key) => redis.get(key),
    set: async (key, value, seconds) => void (await (seconds ? redis.set(key, value, "EX", seconds) : redis.set(key, value))),
    delete: async (key) => void (await redis.del(key)),
  },
});

async function signedIn(internal, number) {
  const user = await internal.createUser({ name: `User ${number}`, email: `user-${number}@example.org` });
  const { token } = await internal.createSession(user.id);
  return encodeURIComponent(`${token}.${createHmac("sha256", secret).update(token).digest("base64")}`);
}

const server = createServer(async (request, response) => {
  const found = await auth.api.getSession({ headers: new Headers({ cookie: request.headers.cookie ?? "" }) });
  const session = found && { sessionId: found.session.token, userId: found.user.id };
  const body = Buffer.from(JSON.stringify({ session, setCookie: [] }));
  const length = { "Content-Length": body.length };
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store", ...length }).end(body);
});

const { internalAdapter } = await auth.$context;
const cookies = [];
for (let number = 0; number < Number(SESSIONS); number++) cookies.push(await signedIn(internalAdapter, number));
writeFileSync(TOKENS, cookies.join("\n") + "\n");
server.listen(Number(PORT), "127.0.0.1");
