"""What a client and the application see through each proxy, by rules that do not know the table in the docs; and that
the table in the docs is the one that was just found."""

import unittest

import matrix

IDENTITY = {"x-session-user", "x-session-id", "x-session-state", "x-session-expires"}

# How each request ends, unless the proxy has its own way.
ALLOWED = {"active", "active, POST of the same origin with a body", "active, HEAD", "active, 3 KB of headers",
           "active, Range and If-None-Match", "idle, an image", "two cookies of the name, one good",
           "two Cookie lines, the second good", "sessgate back"}
RENEWED = {"idle: renewed and rotated", "idle, and the Set-Cookie was lost: asked again"}
FORGOTTEN = {"dead", "revoked"}
DENIED = {"anonymous", "superseded", "revoked, a script's fetch", "malformed cookie", "cookies of two live sessions",
          "CORS preflight", "anonymous, WebSocket upgrade"}
AS_NOBODY = {"CORS preflight with authz.preflight = allow", "a public page, with X-Session-User of the client's"}
UNKNOWN = {"store away", "sessgate away", "sessgate slow (no answer within 1 s)"}
SPECIAL = {
    "active, WebSocket upgrade": {"default": "101 · ada"},
    "POST from an untrusted origin": {"default": "403"},
    "anonymous, a browser's navigation": {"default": "401", "nginx": "302"},
    "anonymous, a navigation, with authz.login_url": {"default": "302", "envoy": "401"},
}
# Traefik has no way to say anything else; Caddy says that its upstream failed.
STATUS_WITHOUT_ANSWER = {"traefik": {"sessgate away": "500", "sessgate slow (no answer within 1 s)": "500"},
                         "caddy": {"sessgate away": "502", "sessgate slow (no answer within 1 s)": "504"}}


def expected(case, proxy):
    if case in SPECIAL:
        return SPECIAL[case].get(proxy, SPECIAL[case]["default"])
    if case in ALLOWED:
        return "200 · ada"
    if case in RENEWED:
        return "200 · ada · cookie"
    if case in FORGOTTEN:
        return "401 · cookie removed"
    if case in DENIED:
        return "401"
    if case in AS_NOBODY:
        return "200 · nobody"
    assert case in UNKNOWN, case
    return STATUS_WITHOUT_ANSWER.get(proxy, {}).get(case, "503")


class MatrixTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.columns = matrix.measure()

    def answers(self):
        """(proxy, case, (status, headers, seen by the application)) of every cell."""
        return [(name, case, answer) for name, column in self.columns.items()
                for case, answer in column.answers.items()]

    def test_every_cell_is_what_the_contracts_promise(self):
        for name, column in self.columns.items():
            for case, cell in column.cells.items():
                with self.subTest(proxy=name, case=case):
                    self.assertEqual(cell, expected(case, name))

    def test_the_application_is_told_all_identity_fields_once_or_is_not_asked(self):
        for name, case, (_, _, seen) in self.answers():
            if not seen or case in AS_NOBODY:
                continue
            told = [field.lower() for field, value in seen[0]["headers"] if field.lower() in IDENTITY and value]
            self.assertEqual(sorted(told), sorted(IDENTITY), (name, case))

    def test_nobody_is_told_as_nobody(self):
        for name, case, (_, _, seen) in self.answers():
            if case in AS_NOBODY:
                told = {field.lower(): value for field, value in seen[0]["headers"] if value}
                self.assertEqual((IDENTITY - {"x-session-state"}) & set(told), set(), (name, case))
                self.assertEqual(told.get("x-session-state", "none"), "none", (name, case))

    def test_bodies_and_targets_reach_the_application_as_they_were_sent(self):
        for name, case, (_, _, seen) in self.answers():
            if case == "active, POST of the same origin with a body":
                self.assertEqual((seen[0]["method"], seen[0]["path"], seen[0]["body"]), ("POST", "/page", "a=b"))
            if case == "active, HEAD":
                self.assertEqual(seen[0]["method"], "HEAD")
            if case == "active, Range and If-None-Match":
                sent = {field.lower() for field, _ in seen[0]["headers"]}
                self.assertLessEqual({"range", "if-none-match"}, sent, name)

    def test_a_relayed_cookie_is_the_successor_the_same_each_time(self):
        for name, column in self.columns.items():
            cookies = [value for case in RENEWED for header, value in column.answers[case][1]
                       if header.lower() == "set-cookie"]
            with self.subTest(proxy=name):
                self.assertEqual([cookie.split(";")[0] for cookie in cookies], [cookies[0].split(";")[0]] * 2)

    def test_no_cache_may_keep_an_answer_that_carries_a_cookie_where_the_proxy_can_say_so(self):
        for name, _, (status, headers, seen) in self.answers():
            fields = [(header.lower(), value) for header, value in headers]
            if seen and any(header == "set-cookie" for header, _ in fields) and name in ("nginx", "caddy", "haproxy"):
                self.assertIn(("cache-control", "private, no-store"), fields, name)

    def test_who_is_told_503_is_told_for_how_long_and_who_is_told_401_by_which_scheme(self):
        for name, _, (status, headers, _) in self.answers():
            fields = {header.lower(): value for header, value in headers}
            if status == 503 and name != "envoy":  # which drops it
                self.assertEqual(fields["retry-after"], "1")
            if status == 401:
                self.assertEqual(fields["www-authenticate"], "Session")
            if status == 302:
                self.assertIn("/login", fields["location"])

    def test_the_table_in_the_docs_is_the_one_that_was_found(self):
        self.assertEqual(matrix.documented(), matrix.table(self.columns),
                         "scripts/write-proxy-matrix brings it up to date")


if __name__ == "__main__":
    unittest.main()
