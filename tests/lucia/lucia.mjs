// Lucia as an application runs it: reads one call a line as JSON, answers each with one line.
//
//     node lucia.mjs redis-port active-period-ms idle-period-ms
//     {"call": "createSession", "args": [{"userId": "ada", "attributes": {}}]}  ->  {"value": …} or {"error": …}
//
// A call is a method of Lucia's, of its adapter (`adapter.updateSession`), `cookie`, or one of those below.

import "lucia/polyfill/node";
import { redis as redisSessionAdapter } from "@lucia-auth/adapter-session-redis";
import { lucia } from "lucia";
import { createInterface } from "node:readline";
import { createClient } from "redis";
import { lucias, race } from "./race.mjs";
import { recipe, recipes } from "./recipe.mjs";

const [redisPort, activePeriod, idlePeriod] = process.argv.slice(2).map(Number);
const client = createClient({ socket: { host: "127.0.0.1", port: redisPort } });
await client.connect();

const sessions = redisSessionAdapter(client);
const users = () => ({ getUser: async (id) => ({ id }) });
const auth = lucia({
  adapter: { user: users, session: sessions },
  env: "PROD",
  sessionExpiresIn: { activePeriod, idlePeriod },
  getSessionAttributes: ({ id, user_id, active_expires, idle_expires, ...attributes }) => attributes,
});
const adapter = sessions();

const calls = {
  cookie: async (id) => auth.createSessionCookie(await auth.getSession(id)).serialize(),
  race: (options) => race(lucias(auth, adapter, idlePeriod), options),
  recipeRace: (options) => race(recipes(client), options),
  recipeCreate: (token, userId) => recipe.createSession(client, token, userId),
  recipeValidate: (token) => recipe.validateSessionToken(client, token),
  recipeInvalidate: (id, userId) => recipe.invalidateSession(client, id, userId),
};

async function answer({ call, args }) {
  if (call in calls) return calls[call](...args);
  const [owner, name] = call.startsWith("adapter.") ? [adapter, call.slice(8)] : [auth, call];
  return owner[name](...args);
}

for await (const line of createInterface({ input: process.stdin })) {
  let told;
  try {
    told = { value: (await answer(JSON.parse(line))) ?? null };
  } catch (error) {
    told = { error: error.message };
  }
  console.log(JSON.stringify(told));
}
await client.quit();
