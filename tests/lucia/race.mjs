// Lucia and sessgate on the same sessions at once: both renew each of them while sessgate revokes it.

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
async function round(auth, adapter, { data, control, token, luciaIdlePeriod }) {
  const { sessionId: id } = await auth.createSession({ userId: `user-${Math.random()}`, attributes: { from: "race" } });
  const cookie = { headers: { cookie: `auth_session=${id}` } };
  const { sessionId: shown } = await read(`${data}/session?renew=false`, cookie);
  await adapter.updateSession(id, { active_expires: Date.now() - 1 });

  const [, , revoked] = await Promise.all([
    auth.validateSession(id).catch((error) => error.message),
    ask(`${data}/session`, cookie),
    ask(`${control}/sessions/${shown}`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } }),
  ]);
  const after = await adapter.getSession(id);
  const asked = await read(`${data}/session?renew=false`, cookie);
  await adapter.deleteSession(id);
  if (revoked.status !== 204) return "unacknowledged";
  if (after === null) return asked === null ? "ended" : "answered from memory";
  return after.idle_expires - after.active_expires === luciaIdlePeriod ? "brought back by Lucia" : "brought back by sessgate";
}

export async function race(auth, adapter, options) {
  const outcomes = {};
  let left = options.rounds;
  const runner = async () => {
    while (left-- > 0) {
      const outcome = await round(auth, adapter, options);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, runner));
  return outcomes;
}
