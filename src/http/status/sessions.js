// The sessions of one user, to be ended one by one or all at once. The control token stays in its field.

const instant = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const when = (ms) => (ms === null ? "never" : instant.format(ms));

async function ask(method, path) {
  const token = by("token").value;
  const answer = await fetch(path, { method, headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (answer.ok) return answer.status === 204 ? {} : answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail || `sessgate answered ${answer.status}.`);
}

const pathOfUser = () => `users/${encodeURIComponent(by("user").value)}/sessions`;

async function allSessions() {
  const sessions = [];
  let after = "";
  do {
    const page = await ask("GET", pathOfUser() + (after && `?after=${after}`));
    sessions.push(...page.sessions);
    after = page.nextAfter || "";
  } while (after);
  return sessions;
}

/** The first press asks, the second one does it. */
function onSecondPress(button, act) {
  const text = button.textContent;
  const calm = () => {
    button.textContent = text;
    button.classList.remove("sure");
  };
  button.onblur = calm;
  button.onclick = () => {
    if (button.classList.contains("sure")) {
      calm();
      return act();
    }
    button.textContent = "Really?";
    button.classList.add("sure");
  };
}

function rowOf(session) {
  const row = element("tr", undefined, { "data-session": session.sessionId });
  const id = element("td");
  id.append(element("code", session.sessionId));
  const button = element("button", "Revoke", { type: "button", class: "danger" });
  onSecondPress(button, () => tell(async () => {
    await ask("DELETE", `sessions/${session.sessionId}`);
    await list(`Revoked ${session.sessionId}.`);
  }));
  const end = element("td");
  end.append(button);
  const { state, createdAt, activePeriodExpiresAt, idlePeriodExpiresAt, absoluteExpiresAt } = session;
  row.append(id, element("td", state), ...[createdAt, activePeriodExpiresAt, idlePeriodExpiresAt, absoluteExpiresAt]
    .map((ms) => element("td", when(ms))), end);
  return row;
}

async function list(said) {
  const sessions = await allSessions();
  by("sessions").tBodies[0].replaceChildren(...sessions.map(rowOf));
  by("sessions").hidden = by("revoke-all").hidden = sessions.length === 0;
  const count = sessions.length === 1 ? "1 session." : `${sessions.length || "No"} sessions.`;
  by("found").textContent = said ? `${said} ${count}` : count;
}

async function tell(act) {
  try {
    await act();
  } catch (error) {
    by("found").textContent = error.message;
  }
}

by("find").onsubmit = (event) => {
  event.preventDefault();
  tell(() => list());
};
onSecondPress(by("revoke-all"), () => tell(async () => {
  const { revoked } = await ask("DELETE", pathOfUser());
  await list(`Revoked ${revoked}.`);
}));
