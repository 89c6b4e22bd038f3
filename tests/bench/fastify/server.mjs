// GET /session as an application on Node would do it by itself: the cookie's session is read from Redis, its secret
// compared, and the session answered. Reads only; renewal is left out, in favour of this side.
import { createHash, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import { Redis } from "ioredis";

const { PORT, REDIS_PORT, COOKIE, AUTO_PIPELINING } = process.env;
const redis = new Redis({ port: Number(REDIS_PORT), enableAutoPipelining: AUTO_PIPELINING === "true" });
const app = Fastify();

function tokenIn(header = "") {
  const start = header.indexOf(`${COOKIE}=`);
  return start < 0 ? undefined : header.slice(start + COOKIE.length + 1).split(";", 1)[0];
}

async function sessionOf(token) {
  const [id, secret] = token.split(".");
  const record = await redis.get(`sessgate:s:{${id.slice(0, 3)}}:${id}`);
  if (record === null) return null;
  const session = JSON.parse(record.slice(record.indexOf("{")));
  const hash = createHash("sha256").update(Buffer.from(secret, "base64url")).digest();
  if (!timingSafeEqual(hash, Buffer.from(session.hash, "base64url"))) return null;
  return { sessionId: id, userId: session.user, state: Date.now() <= session.active_until ? "active" : "idle" };
}

app.get("/session", async (request, reply) => {
  const token = tokenIn(request.headers.cookie);
  reply.header("Cache-Control", "no-store");
  return { session: token === undefined ? null : await sessionOf(token), setCookie: [] };
});

await app.listen({ port: Number(PORT), host: "127.0.0.1" });
