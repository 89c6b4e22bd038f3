"""Settings changed while the program runs: at once, for all, without a request that fails; or not at all."""

import json
import os
import re
import signal
import time
import unittest

from program import Program, send

OLD, NEW = "old-control-token-0", "new-control-token-0"
OLD_KEY, NEW_KEY = "a" * 64, "b" * 64
PATIENCE_SECONDS = 20


class ReloadCase(unittest.TestCase):
    """A program whose settings stand in a file of the test's."""

    def serve(self, store="memory:", settings=None, **files):
        """`files`: secrets by the key of the setting that names their file."""
        # A busy disk is to be no reason for a 503.
        self.program = Program(store, {"store.deadline": "60s"} | (settings or {}))
        self.addCleanup(self.program.remove)
        self.settings_file = self.program.folder / "sessgate.toml"
        self.settings_file.write_text("")
        self.program.environment["SESSGATE_CONFIG"] = str(self.settings_file)
        for key, text in files.items():
            path = self.secret(key, text)
            self.program.settings[key.replace("__", ".")] = path
        self.program.start()
        self.addCleanup(self.stop)
        return self.program

    def stop(self):
        if self.program.process is not None:
            self.program.stop()

    def secret(self, name, text):
        path = self.program.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def change(self, text):
        self.settings_file.write_text(text)

    def reload(self, headers=None):
        status, _, body = self.program.request("POST", "/reload", headers, port="control")
        return status, json.loads(body)

    def wait_for_log(self, pattern):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not re.search(pattern, self.program.log()):
            self.assertLess(time.monotonic(), deadline, f"{pattern} never came:\n{self.program.log()}")
            time.sleep(0.005)


class WhatReloadsTest(ReloadCase):
    def create(self, **more):
        status, _, body = self.program.request("POST", "/sessions", None, {"userId": "ada"} | more, port="control")
        self.assertEqual(status, 201, body)
        return json.loads(body)["session"]

    def session_of(self, headers):
        status, _, body = self.program.request("GET", "/session", headers)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def test_cookies_are_read_and_written_by_the_new_name(self):
        self.serve()
        token = self.create()["token"]
        self.change("cookie.name = 'sid'\n")
        self.assertEqual(self.reload(), (200, {"needRestart": []}))

        self.assertEqual(self.session_of({"Cookie": f"__Host-session={token}"})["reason"], "no_cookie")
        self.assertIsNotNone(self.session_of({"Cookie": f"sid={token}"})["session"])
        _, headers, _ = self.program.request("POST", "/set-session", None, {"token": token})
        self.assertTrue(dict(headers)["Set-Cookie"].startswith(f"sid={token};"))

    def test_a_signal_does_the_same_and_the_log_tells(self):
        self.serve()
        self.change("cookie.name = 'sid'\n")
        self.program.process.send_signal(signal.SIGHUP)
        self.wait_for_log("reloaded")
        self.assertIsNotNone(self.session_of({"Cookie": f"sid={self.create()['token']}"})["session"])

    def test_origins_are_allowed_from_then_on(self):
        self.serve()
        token = self.create()["token"]
        foreign = {"Cookie": f"__Host-session={token}", "X-Forwarded-Method": "POST", "Origin": "https://other.example"}
        self.assertEqual(self.session_of(foreign)["reason"], "untrusted_origin")
        self.change("origin.allow = ['https://other.example']\n")
        self.reload()
        self.assertIsNotNone(self.session_of(foreign)["session"])

    def test_a_connection_that_was_trusted_is_judged_anew(self):
        self.serve(settings={"origin.check": "strict"})
        token = self.create()["token"]
        own_host = {"Cookie": f"__Host-session={token}", "X-Forwarded-Method": "POST", "Origin": "https://a.example",
                    "X-Forwarded-Host": "a.example", "X-Forwarded-Proto": "https"}
        kept = self.program.connection()
        self.addCleanup(kept.close)
        self.assertIsNotNone(json.loads(send(kept, "GET", "/session", own_host)[2])["session"])

        self.change("proxies.trusted = ['10.0.0.0/8']\n")
        self.reload()
        self.assertEqual(json.loads(send(kept, "GET", "/session", own_host)[2])["reason"], "untrusted_origin")

    def test_what_needs_a_restart_is_named_and_stays_as_it_is(self):
        self.serve()
        self.change("cookie.name = 'sid'\nhttp.body_limit = '1KiB'\nsession.active_period = '48h'\n")
        self.assertEqual(self.reload(), (200, {"needRestart": ["session.active_period", "http.body_limit"]}))
        self.assertEqual(self.program.request("POST", "/set-session", None, b"x" * 2000)[0], 415)

        told = self.program.command("reload")
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        self.assertEqual(told.stdout, "OK: reloaded; these still need a restart: session.active_period, http.body_limit\n")
        self.change("")
        self.assertEqual(self.program.command("reload").stdout, "OK: reloaded\n")

    def test_settings_that_fit_only_together_with_one_that_needs_a_restart_are_refused(self):
        self.serve()
        self.change("session.renewal = 'extend'\ncookie.more = ['sid']\n")
        status, body = self.reload()
        self.assertEqual((status, body["code"]), (422, "settings_mistaken"))
        self.assertIn("session.renewal", body["mistakes"][0])


class BadFileTest(ReloadCase):
    def test_a_bad_file_changes_nothing_and_all_that_is_wrong_is_told(self):
        self.serve()
        self.change("cookie.name = 'sid'\n")
        self.reload()
        for wrong, told in [("cookie.name = 'sid2'\ncookie.path = 'app'\norigin.check = 'never'\n",
                             ["cookie.path", "origin.check"]),
                            ("cookie.name = 'sid2'\ncookie.pathe = '/'\n", ["cookie.pathe"]),
                            ("cookie.name = \n", ["sessgate.toml"])]:
            self.change(wrong)
            status, body = self.reload()
            self.assertEqual(status, 422, body)
            self.assertEqual(len(body["mistakes"]), len(told), body)
            for part, mistake in zip(told, sorted(body["mistakes"])):
                self.assertIn(part, mistake)
            by_command = self.program.command("reload", f"--config={os.devnull}")
            self.assertEqual(by_command.returncode, 2)
            for mistake in body["mistakes"]:
                self.assertIn(mistake, by_command.stderr)
            _, headers, _ = self.program.request("POST", "/set-session", None, {"session": None})
            self.assertTrue(dict(headers)["Set-Cookie"].startswith("sid="), headers)

    def test_a_signal_tells_the_log(self):
        self.serve()
        self.change("cookie.path = 'app'\n")
        self.program.process.send_signal(signal.SIGHUP)
        self.wait_for_log("reload_refused.*cookie.path")
        self.assertEqual(self.program.request("GET", "/session")[0], 200)


class TokensTest(ReloadCase):
    """Rotation of the control port's tokens: the new one is added, clients change over, the old one goes."""

    def ask(self, token):
        return self.program.request("GET", "/users/ada/sessions", {"Authorization": f"Bearer {token}"}, port="control")[0]

    def test_tokens_are_added_and_taken_away_with_nobody_refused(self):
        self.serve(settings={"control.listen": "127.0.0.1:0"}, control__token_file=f"{OLD}\n")
        bearer = {"Authorization": f"Bearer {OLD}"}
        self.assertEqual((self.ask(OLD), self.ask(NEW)), (200, 401))
        self.secret("control__token_file", f"{NEW}\n{OLD}\n")
        file = self.program.settings["control.token_file"]
        told = self.program.command("reload", f"--control-token-file={file}")
        self.assertEqual((told.returncode, told.stdout), (0, "OK: reloaded\n"), told.stderr)
        self.assertEqual((self.ask(OLD), self.ask(NEW)), (200, 200))
        self.secret("control__token_file", f"{NEW}\n")
        self.assertEqual(self.reload(bearer)[0], 200)
        self.assertEqual((self.ask(OLD), self.ask(NEW)), (401, 200))
        self.assertEqual(self.reload(bearer)[0], 401)

    def test_an_open_or_empty_token_file_changes_nothing_and_no_token_is_told(self):
        self.serve(settings={"control.listen": "127.0.0.1:0"}, control__token_file=f"{OLD}\n")
        for text, mode in ((f"{NEW}\n", 0o644), ("", 0o600), (f"{NEW}\nshort\n", 0o600)):
            path = self.secret("control__token_file", text)
            path.chmod(mode)
            status, body = self.reload({"Authorization": f"Bearer {OLD}"})
            path.chmod(0o600)
            self.assertEqual(status, 422)
            self.assertNotIn(NEW, json.dumps(body) + self.program.log())
        self.assertEqual((self.ask(OLD), self.ask(NEW)), (200, 401))


class RecordKeysTest(ReloadCase):
    """Rotation of the keys that seal records, on the embedded store and on Redis alike (one codec for both)."""

    def session(self, user, **periods):
        body = self.program.request("POST", "/sessions", None, {"userId": user} | periods, port="control")[2]
        return json.loads(body)["session"]

    def status(self, session):
        """By its id, which is always read from the store."""
        return self.program.request("GET", f"/sessions/{session['sessionId']}", port="control")[0]

    def answer(self, session):
        headers = {"Cookie": f"__Host-session={session['token']}"}
        return self.program.request("GET", "/session", headers)[0]

    def reload_keys(self, *keys):
        self.secret("store__record_keys_file", "".join(f"{key}\n" for key in keys))
        self.assertEqual(self.reload(), (200, {"needRestart": []}))

    def test_the_newest_writes_and_old_ones_are_read_with_nobody_logged_out(self):
        self.serve("lmdb", store__record_keys_file=f"{OLD_KEY}\n")
        first = self.session("ada")
        self.reload_keys(NEW_KEY, OLD_KEY)
        second = self.session("bob")
        self.assertEqual([self.status(each) for each in (first, second)], [200, 200])
        self.assertEqual([self.answer(each) for each in (first, second)], [200, 200])

        self.reload_keys(OLD_KEY)
        self.assertEqual([self.status(each) for each in (first, second)], [200, 503])
        self.reload_keys(NEW_KEY)
        self.assertEqual([self.status(each) for each in (first, second)], [503, 200])

    def test_a_renewal_seals_an_old_record_with_the_newest_key(self):
        self.serve("lmdb", settings={"session.rotation_grace": "10ms"}, store__record_keys_file=f"{OLD_KEY}\n")
        session = self.session("ada", activePeriod="100ms", idlePeriod="1h")
        self.reload_keys(NEW_KEY, OLD_KEY)
        headers = {"Cookie": f"__Host-session={session['token']}"}
        fresh = False
        while not fresh:
            fresh = json.loads(self.program.request("GET", "/session", headers)[2])["session"]["fresh"]
        self.reload_keys(NEW_KEY)
        self.assertEqual(self.status(session), 200)

    def test_records_of_a_key_that_was_taken_out_are_not_believed_from_memory(self):
        self.serve("lmdb", store__record_keys_file=f"{OLD_KEY}\n")
        session = self.session("ada")
        for _ in range(3):
            self.assertEqual(self.answer(session), 200)
        self.reload_keys(NEW_KEY)
        self.assertEqual(self.answer(session), 503)
        self.reload_keys(NEW_KEY, OLD_KEY)
        self.assertEqual(self.answer(session), 200)


if __name__ == "__main__":
    unittest.main()
