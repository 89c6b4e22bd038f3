// Lucia, or the recipe of its documentation, and sessgate on the same sessions at once: both renew each of them while
// sessgate revokes it.
//
// `theirs` is what one of the two does: makes a session that is due for renewal and says its token; renews it; finds its
// record; removes it; and says whether a record is as it would write it.

async function ask(url, options) {
  const answer = await fetch(url, options);
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

/// A busy machine may make a read late; it is asked again.
async function read(url, options) {
  for (;;) {
    const answer = await ask(url, options);
    if (answer.status === 200) return answer.body.session;
  }
}

/// What came of one session: who, if anybody, wrote it after sessgate had acknowledged its revocation.
async function round(theirs, { data, control, controlToken }) {
  const token = await theirs.create();
  const cookie = { headers: { cookie: `auth_session=${token}` } };
  const { sessionId: shown } = await read(`${data}/session?renew=false`, cookie);
  const [, , revoked] = await Promise.all([
    theirs.renew(token),
    ask(`${data}/session`, cookie),
    ask(`${control}/sessions/${shown}`, { method: "DELETE", headers: { authorization: `Bearer ${controlToken}` } }),
  ]);
  const after = await theirs.find(token);
  const asked = await read(`${data}/session?renew=false`, cookie);
  await theirs.remove(token);
  if (revoked.status !== 204) return "unacknowledged";
  if (after === null) return asked === null ? "ended" : "answered from memory";
  return theirs.wrote(after) ? "brought back by Lucia" : "brought back by sessgate";
}

export async function race(theirs, options) {
  const outcomes = {};
  let left = options.rounds;
  const runner = async () => {
    while (left-- > 0) {
      const outcome = await round(theirs, options);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, runner));
  return outcomes;
}

export const lucias = (auth, adapter, idlePeriod) => ({
  async create() {
    const { sessionId } = await auth.createSession({ userId: `user-${Math.random()}`, attributes: { from: "race" } });
    await adapter.updateSession(sessionId, { active_expires: Date.now() - 1 });
    return sessionId;
  },
  renew: (id) => auth.validateSession(id).catch((error) => error.message),
  find: (id) => adapter.getSession(id),
  remove: (id) => adapter.deleteSession(id),
  wrote: (record) => record.idle_expires - record.active_expires === idlePeriod,
});
