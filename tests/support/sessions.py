"""Signing in and asking, where every answer has to be a good one."""

import json


def sign_in(program, user, /, **more):
    """A new session of `user`; `more`: other members of the call's body."""
    status, _, body = program.request("POST", "/sessions", body={"userId": user} | more, port="control")
    assert status == 201, body
    return json.loads(body)["session"]


def ask(program, session, path="/session"):
    """What whoever has the session's token is answered: the body."""
    status, _, body = program.request("GET", path, {"Cookie": f"__Host-session={session['token']}"})
    assert status == 200, body
    return json.loads(body)
