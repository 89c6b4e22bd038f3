"""The program's commands, against the built program beside them."""

import json
import pathlib
import tempfile
import unittest

from program import Program, clean_environment, run_program

UNKNOWN_ID = "a" * 20


class ToRunningProgram(unittest.TestCase):
    """Each test has users of its own, so that one program serves them all."""

    @classmethod
    def setUpClass(cls):
        cls.program = cls.enterClassContext(Program())

    def command(self, *arguments, code=0):
        done = self.program.command(*arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def create(self, user, *arguments):
        return self.command("session", "create", user, *arguments).stdout.strip()

    def test_create_prints_a_token_that_the_data_port_takes(self):
        token = self.create("carla", "--attributes", '{"device": "laptop"}', "--user-attributes", '{"name": "Ä [1]"}')
        self.assertRegex(token, r"^[a-z2-7]{20}\.[A-Za-z0-9_-]{43}$")

        _, _, body = self.program.request("GET", "/session-user", {"Authorization": f"Bearer {token}"})
        answer = json.loads(body)
        self.assertEqual(answer["session"]["sessionId"], token[:20])
        self.assertEqual(answer["session"]["attributes"], {"device": "laptop"})
        self.assertEqual(answer["user"], {"userId": "carla", "attributes": {"name": "Ä [1]"}})

    def test_create_takes_periods(self):
        periods = ["--active-period=1h", "--idle-period=2h", "--absolute-lifetime=4h"]
        session = json.loads(self.create("paul", "--json", *periods))["session"]
        self.assertEqual(session["activePeriodExpiresAt"] - session["createdAt"], 3_600_000)
        self.assertEqual(session["idlePeriodExpiresAt"] - session["createdAt"], 3 * 3_600_000)
        self.assertEqual(session["absoluteExpiresAt"] - session["createdAt"], 4 * 3_600_000)

    def test_what_the_server_refuses_is_told_with_its_reason(self):
        done = self.command("session", "create", "anna", "--active-period=soon", code=1)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"^sessgate: .+ \(period_invalid\)\n$")

    def test_show_tells_of_one_session_and_never_its_token(self):
        token = self.create("sara")
        shown = self.command("session", "show", token[:20])
        self.assertRegex(shown.stdout, rf"(?m)^session +{token[:20]}$")
        self.assertRegex(shown.stdout, r"(?m)^user +sara$")
        self.assertRegex(shown.stdout, r"(?m)^state +active$")
        self.assertRegex(shown.stdout, r"(?m)^idle until +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertNotIn(token[21:], shown.stdout)
        self.assertEqual(json.loads(self.command("session", "show", token[:20], "--json").stdout)["session"]["userId"],
                         "sara")

    def test_list_shows_a_line_for_each_session(self):
        ids = sorted(self.create("lena")[:20] for _ in range(3))
        lines = self.command("session", "list", "lena").stdout.splitlines()
        self.assertEqual(lines[0].split(), ["SESSION", "STATE", "CREATED", "IDLE", "UNTIL", "ABSOLUTE", "END"])
        self.assertEqual([line.split()[0] for line in lines[1:]], ids)
        answer = json.loads(self.command("session", "list", "lena", "--json").stdout)
        self.assertEqual([session["sessionId"] for session in answer["sessions"]], ids)

    def test_list_goes_on_over_all_pages(self):
        connection = self.program.connection("control")
        for _ in range(1001):
            connection.request("POST", "/sessions", json.dumps({"userId": "many"}),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 201)
        connection.close()
        lines = self.command("session", "list", "many").stdout.splitlines()
        self.assertEqual(len({line.split()[0] for line in lines[1:]}), 1001)
        self.assertEqual(len(lines), 1002)

    def test_revoke_ends_one_session_and_then_finds_none(self):
        token = self.create("rita")
        self.command("session", "revoke", token[:20])
        _, _, body = self.program.request("GET", "/session", {"Authorization": f"Bearer {token}"})
        self.assertIsNone(json.loads(body)["session"])

        for again in ("revoke", "show"):
            done = self.command("session", again, token[:20], code=3)
            self.assertEqual(done.stderr, "sessgate: there is no such session\n")

    def test_revoke_ends_all_sessions_of_a_user_but_one(self):
        ids = [self.create("uma")[:20] for _ in range(3)]
        self.assertEqual(self.command("session", "revoke", "--user=uma", f"--except={ids[1]}").stdout, "revoked 2\n")
        self.assertEqual(self.command("session", "revoke", "--user=uma", "--json").stdout, '{"revoked":1}\n')
        self.command("session", "show", ids[1], code=3)

    def test_a_user_is_put_shown_and_deleted_with_all_sessions(self):
        user = "a/b?c%20&d@example.org"
        self.command("user", "put", user, "--attributes", '{"n": 12345678901234567}')
        session = self.create(user)[:20]
        self.assertIn('{"n":12345678901234567}', self.command("user", "show", user).stdout)
        self.assertEqual(json.loads(self.command("user", "show", user, "--json").stdout)["user"]["userId"], user)

        self.command("user", "delete", user)
        self.command("user", "show", user, code=3)
        self.command("session", "show", session, code=3)

    def test_healthcheck_says_ready_and_alive(self):
        self.assertEqual(self.command("healthcheck").stdout, "ready\n")
        self.assertEqual(self.command("healthcheck", "--live").stdout, "alive\n")

    def test_what_cannot_be_right_is_refused_without_a_call_and_without_an_echo(self):
        token = UNKNOWN_ID + "." + "A" * 43
        for arguments in [["session", "show", token], ["session", "revoke", token], ["session", "revoke"],
                          ["session", "revoke", "--user=anna", f"--except={token}"],
                          ["session", "revoke", "--user=anna", "--except="], ["session", "revoke", "--user", ""],
                          ["session", "create", "anna", "--idle-period", ""],
                          ["session", "create", "anna", "--attributes="],
                          ["session", "show", UNKNOWN_ID, token], ["session", "list", "an na"],
                          ["session", "show", f"--token={token}", UNKNOWN_ID],
                          ["session", "create", "anna", "--attributes=[1]"], ["session", "create", "anna", "--attributes={"],
                          ["session", "create", "anna", '--attributes={}, "userId": "eve"'],
                          ["user", "put", "anna", "--attributes="], ["user", "put", "anna"], ["session", "create"]]:
            with self.subTest(arguments=arguments):
                done = self.command(*arguments, code=2)
                self.assertEqual(done.stdout, "")
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertNotIn(token[21:], done.stderr)


class OnTcp(unittest.TestCase):
    def test_commands_open_a_control_port_on_tcp_with_a_token_and_probes_need_none(self):
        with tempfile.TemporaryDirectory() as folder:
            tokens = pathlib.Path(folder) / "tokens"
            tokens.touch(mode=0o600)
            tokens.write_text("first-token-0123456789\nsecond-token-0123456789\n")
            other = pathlib.Path(folder) / "other"
            other.touch(mode=0o600)
            other.write_text("wrong-token-0123456789\n")
            with Program(settings={"control.listen": "127.0.0.1:0", "control.token_file": tokens}) as program:
                done = program.command("session", "create", "anna", f"--control-token-file={tokens}")
                self.assertEqual(done.returncode, 0, done.stderr)
                for wrong in [[], [f"--control-token-file={other}"]]:
                    done = program.command("session", "create", "anna", *wrong)
                    self.assertEqual(done.returncode, 1)
                    self.assertIn("control.token_file", done.stderr)
                    self.assertNotIn("wrong-token", done.stderr)
                self.assertEqual(program.command("healthcheck").returncode, 0)


class WithoutRunningProgram(unittest.TestCase):
    def run_program(self, *arguments, **environment):
        with tempfile.TemporaryDirectory() as folder:
            return run_program(arguments, cwd=folder, env=clean_environment(**environment), timeout=20)

    def test_a_command_says_where_it_looked_and_what_to_do(self):
        done = self.run_program("session", "list", "anna", STATE_DIRECTORY="/nonexistent")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "sessgate: sessgate is not running at unix:/nonexistent/control.sock: "
                                      "start it with `sessgate serve`\n")

    def test_healthcheck_knows_only_zero_and_one(self):
        self.assertEqual(self.run_program("healthcheck").returncode, 1)
        self.assertEqual(self.run_program("healthcheck", "--control-listen=nonsense").returncode, 1)

    def test_version_is_printed_in_one_line(self):
        done = self.run_program("version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^sessgate \d+\.\d+\.\d+\n$")
        self.assertEqual(self.run_program("--version").stdout, done.stdout)

    def test_each_command_has_help_with_the_exit_codes(self):
        for command in [[], ["serve"], ["check"], ["session", "create"], ["session", "show"], ["session", "list"],
                        ["session", "rotate"], ["session", "explain"], ["session", "revoke"], ["user", "put"],
                        ["user", "show"], ["user", "delete"], ["healthcheck"]]:
            with self.subTest(command=command):
                done = self.run_program(*command, "--help")
                self.assertEqual(done.returncode, 0)
                self.assertIn("Exit codes: 0 ", done.stdout)

    def test_an_unknown_command_is_refused(self):
        for arguments in [[], ["srve"], ["session"], ["session", "shw"]]:
            with self.subTest(arguments=arguments):
                done = self.run_program(*arguments)
                self.assertEqual(done.returncode, 2)
                self.assertRegex(done.stderr, r"^sessgate: .*; see --help\n$")


if __name__ == "__main__":
    unittest.main()
