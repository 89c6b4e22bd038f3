"""What a client may rely on: the sessions and users that were acknowledged, and checks that they are as acknowledged.

Each session and user belongs to one thread of a load, which alone changes it. A call that got no answer leaves a doubt:
what it asked for may have happened or not, and nothing else may have.
"""

import http.cookies
import json

from program import send

PAGE = "limit=1000"


class Damaged(AssertionError):
    """The program lost what it acknowledged, or brought back what it acknowledged as gone."""


class User:
    """attributes: those acknowledged last, None before. doubts: those of each PUT since then that got no answer."""

    def __init__(self, name):
        self.name, self.attributes, self.doubts, self.sessions = name, None, [], []

    def live(self):
        return [session for session in self.sessions if not session.is_revoked]


class Session:
    """tokens: as they were handed out, the newest last. dead_tokens: those of them that are superseded for certain.

    periods: the ends of the active and the idle period, as acknowledged last.
    """

    def __init__(self, user, answer):
        self.id, self.user, self.tokens, self.dead_tokens = answer["sessionId"], user, [answer["token"]], []
        self.attributes, self.periods = answer["attributes"], periods_of(answer)
        self.is_revoked = self.may_be_revoked = self.may_be_renewed = False


def expect(holds, what, *details):
    if not holds:
        raise Damaged(f"{what}: {details}")


def periods_of(session):
    return session["activePeriodExpiresAt"], session["idlePeriodExpiresAt"]


def token_set_by(headers):
    """The token that Set-Cookie brings, or None when there is no Set-Cookie."""
    lines = [value for name, value in headers if name.lower() == "set-cookie"]
    expect(len(lines) <= 1, "several Set-Cookie lines", len(lines))
    return next(iter(http.cookies.SimpleCookie(lines[0]).values())).value if lines else None


def ask(connection, path, token):
    """GET as the browser that holds `token`: (headers, JSON)."""
    status, headers, body = send(connection, "GET", path, {"Cookie": f"__Host-session={token}"})
    expect(status == 200, "no answer from the store", path, status, body)
    return headers, json.loads(body)


def check_session(data, session):
    """Holds the program to what it said about `session`, on the data port, and settles what was in doubt."""
    _, answer = ask(data, "/session?renew=false", session.tokens[-1])
    found = answer["session"]
    if found is None:
        expect(session.is_revoked or session.may_be_revoked, "a session is lost", session.id, answer)
        expect(answer["reason"] == "unknown", "another reason", session.id, answer)
        session.is_revoked = True
        return
    expect(not session.is_revoked, "a revoked session is back", session.id, answer)
    check_record(session, found)
    check_copy_of_user(data, session)
    for token in session.dead_tokens:
        expect(ask(data, "/session?renew=false", token)[1]["session"] is None, "a superseded token is back", session.id)


def check_record(session, found):
    expect((found["sessionId"], found["userId"]) == (session.id, session.user.name), "another session", found)
    expect(found["attributes"] == session.attributes, "other attributes", session.attributes, found)
    if session.may_be_renewed:
        expect(periods_of(found) >= session.periods, "the periods went back", session.periods, found)
        session.periods = periods_of(found)
    expect(periods_of(found) == session.periods, "other periods", session.periods, found)
    session.may_be_revoked = session.may_be_renewed = False


def check_copy_of_user(data, session):
    _, answer = ask(data, "/session-user?renew=false", session.tokens[-1])
    found = answer["user"] and answer["user"]["attributes"]
    expected = [session.user.attributes, *session.user.doubts]
    expect(found in expected, "other user attributes in a session", session.id, expected, answer)


def check_user(control, user):
    """The same for the user's own record and the list of the user's sessions, on the control port."""
    status, _, body = send(control, "GET", f"/users/{user.name}")
    expect(status in (200, 404), "no answer from the store", user.name, status, body)
    found = json.loads(body)["user"]["attributes"] if status == 200 else None
    expected = [user.attributes, *user.doubts]
    expect(found in expected, "other user attributes", user.name, expected, found)
    listed = listed_sessions(control, user.name)
    for session in user.sessions:
        if not session.may_be_revoked:
            expect((session.id in listed) != session.is_revoked, "a wrong list of sessions", user.name, session.id)


def listed_sessions(control, name):
    """The ids of all sessions of a user, over all pages."""
    ids, page = set(), PAGE
    while page:
        status, _, body = send(control, "GET", f"/users/{name}/sessions?{page}")
        expect(status == 200, "no answer from the store", name, status, body)
        answer = json.loads(body)
        ids |= {session["sessionId"] for session in answer["sessions"]}
        page = answer["nextAfter"] and f"{PAGE}&after={answer['nextAfter']}"
    return ids
