// Sessions as code keeps them that was written after Lucia's documentation of 2024 and 2025: the same keys, records and
// lifetimes, with the token's SHA-256 as the id.

import { createHash, randomBytes } from "node:crypto";

const base32 = "abcdefghijklmnopqrstuvwxyz234567";
const day = 24 * 60 * 60;
const seconds = () => Math.floor(Date.now() / 1000);
const idOf = (token) => createHash("sha256").update(token).digest("hex");

async function write(client, session) {
  await client.set(`user_session:${session.id}`, JSON.stringify(session), { EXAT: session.expires_at });
}

async function createSession(client, token, userId) {
  const session = { id: idOf(token), user_id: userId, expires_at: seconds() + 30 * day };
  await write(client, session);
  await client.sAdd(`user_sessions:${userId}`, session.id);
  return session;
}

async function validateSessionToken(client, token) {
  const text = await client.get(`user_session:${idOf(token)}`);
  if (text === null) return null;
  const session = JSON.parse(text);
  if (Date.now() >= session.expires_at * 1000) {
    await invalidateSession(client, session.id, session.user_id);
    return null;
  }
  if (Date.now() >= (session.expires_at - 15 * day) * 1000) {
    session.expires_at = seconds() + 30 * day;
    await write(client, session);
  }
  return session;
}

async function invalidateSession(client, id, userId) {
  await client.del(`user_session:${id}`);
  await client.sRem(`user_sessions:${userId}`, id);
}

export const recipe = { createSession, validateSessionToken, invalidateSession };

/// For race.mjs.
export const recipes = (client) => ({
  async create() {
    const token = Array.from(randomBytes(32), (byte) => base32[byte % 32]).join("");
    const session = await createSession(client, token, 7);
    await write(client, { ...session, expires_at: seconds() + 10 * day });
    return token;
  },
  renew: (token) => validateSessionToken(client, token),
  find: async (token) => JSON.parse(await client.get(`user_session:${idOf(token)}`)),
  remove: (token) => invalidateSession(client, idOf(token), 7),
  wrote: (record) => record.expires_at <= seconds() + 30 * day,
});
