"""Settings as the built program takes them: precedence, all mistakes at once, and nothing left behind."""

import os
import pathlib
import socket
import tempfile
import unittest

from program import Program, clean_environment, flags_of, run_program

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TOKEN = "0123456789abcdef-token"


class SettingsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sessgate-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, *arguments, **environment):
        return run_program(arguments, cwd=self.folder, env=clean_environment(**environment), timeout=20)

    def file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def refused(self, code, *arguments, **environment):
        """Runs `serve`, which must end by itself and leave the folder as it was; its lines on standard error."""
        before = sorted(self.folder.rglob("*"))
        done = self.run_program("serve", *arguments, **environment)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(sorted(self.folder.rglob("*")), before, "something was created")
        lines = done.stderr.splitlines()
        for line in lines:
            self.assertTrue(line.startswith("sessgate: "), line)
        return lines

    def test_all_mistakes_are_told_at_once_and_nothing_is_created(self):
        config = self.file("sessgate.toml", "[session]\nactive_periode = '1h'\nidle_period = 14\n")
        lines = self.refused(2, "--lisen", "127.0.0.1:1", "--log-format=xml", f"--config={config}",
                             SESSGATE_HTTP_HEAD_LIMIT="16kb")
        self.assertEqual(len(lines), 5, lines)
        for part in ["--lisen (flag) is not known here; did you mean --listen?",
                     f"session.active_periode ({config}:2) is not a setting; did you mean session.active_period?",
                     f'session.idle_period = "14" ({config}:3) must be a duration',
                     'http.head_limit = "16kb" (environment SESSGATE_HTTP_HEAD_LIMIT) must be a size',
                     'log.format = "xml" (flag --log-format) must be one of text, json']:
            self.assertEqual(sum(part in line for line in lines), 1, (part, lines))

    def test_a_settings_file_that_is_a_folder_or_nothing_is_a_mistake(self):
        for name in (str(self.folder), ""):
            self.assertEqual(self.refused(2, "--config", name),
                             [f'sessgate: config = "{name}" must be a settings file in TOML'])

    def test_no_name_breaks_the_line_that_tells_of_it(self):
        config = self.file("sessgate.toml", '"a\\nb\\u001b" = 1\n')
        lines = self.refused(2, f"--config={config}", "--a\nb", **{"SESSGATE_LOG_\nX": "1"})
        self.assertEqual(len(lines), 3, lines)
        self.assertTrue(all(line.isprintable() for line in lines), lines)

    def test_a_port_in_use_stops_the_start_with_one_line(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            lines = self.refused(1, f"--listen={address}", "--store-url=memory:", "--control-listen=unix:control.sock")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(address, lines[0])

    def test_a_port_in_use_creates_no_data_folder(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            lines = self.refused(1, f"--listen={address}", "--store-url=lmdb:data")
        self.assertEqual(len(lines), 1, lines)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_data_folder_without_permission_stops_the_start_with_one_line(self):
        (self.folder / "data").mkdir(mode=0o500)
        lines = self.refused(1, "--listen=127.0.0.1:0", "--store-url=lmdb:data")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("data", lines[0])

    def test_a_data_folder_where_not_even_root_may_write_stops_the_start_with_one_line(self):
        lines = self.refused(1, "--listen=127.0.0.1:0", "--store-url=lmdb:/proc/sessgate")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("/proc/sessgate", lines[0])

    def test_a_data_folder_that_cannot_be_made_stops_the_start_with_one_line(self):
        self.file("data", "a file stands where the folder should")
        lines = self.refused(1, "--listen=127.0.0.1:0", "--store-url=lmdb:data")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("data", lines[0])

    def test_a_token_file_that_everybody_may_write_or_read_stops_the_start(self):
        for mode, word in [(0o602, "written"), (0o604, "read")]:
            tokens = self.file("tokens", TOKEN, mode)
            lines = self.refused(2, "--control-listen=127.0.0.1:0", f"--control-token-file={tokens}")
            self.assertEqual(len(lines), 1, lines)
            self.assertIn(f'control.token_file = "{tokens}" (flag --control-token-file) may be {word} by everybody',
                          lines[0])
            self.assertNotIn(TOKEN, lines[0])

    def test_a_control_port_on_tcp_without_tokens_stops_the_start(self):
        lines = self.refused(2, "--control-listen=127.0.0.1:0")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("control.token_file", lines[0])

    def test_check_says_ok_or_all_that_serve_would_say(self):
        done = self.run_program("check", "--listen=[::1]:9000", "--store-url=lmdb:/data")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, "OK: listen [::1]:9000, control unix:/data/control.sock\n")

        wrong = ["--listen=nowhere", "--cookie-same-site=none", "--cookie-secure=false"]
        done = self.run_program("check", *wrong)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.splitlines(), self.refused(2, *wrong))
        self.assertEqual(len(done.stderr.splitlines()), 2)

    def test_a_list_may_be_given_as_several_flags_and_anything_else_only_once(self):
        done = self.run_program("check", "--origin-allow=https://a.example", "--origin-allow=https://b.example")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = self.refused(2, "--listen=127.0.0.1:1", "--listen=127.0.0.1:2")
        self.assertEqual(len([line for line in lines if "more than once" in line]), 1, lines)

    def test_a_flag_may_be_set_empty(self):
        done = self.run_program("check", "--cookie-domain=", SESSGATE_COOKIE_DOMAIN="example.org")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_program_serves_by_flag_then_environment_then_file(self):
        config = self.file("sessgate.toml", "cookie = {name = 'from-file', secure = false, path = '/file'}\n")
        with Program(settings={"config": config, "cookie.name": "from-flag"},
                     environment={"SESSGATE_COOKIE_NAME": "from-environment", "SESSGATE_COOKIE_PATH": "/environment"}
                     ) as program:
            token = program.command("session", "create", "anna").stdout.strip()
            _, headers, _ = program.request("POST", "/set-session", body={"token": token})
        cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        self.assertEqual(len(cookies), 1)
        self.assertTrue(cookies[0].startswith(f"from-flag={token}; Path=/environment; "), "another name or path")
        self.assertNotIn("Secure", cookies[0])

    def test_the_example_file_is_the_one_in_the_code(self):
        example = SOURCE / "deploy" / "sessgate.example.toml"
        self.assertEqual(example.read_text(), self.run_program("check", "--print=toml").stdout)
        self.assertEqual(self.run_program("check", f"--config={example}").returncode, 0)

    def test_the_help_of_serve_names_every_setting_with_its_default(self):
        text = self.run_program("serve", "--help").stdout
        rows = self.run_program("check", "--print=markdown").stdout.splitlines()[2:]
        self.assertGreater(len(rows), 30)
        for row in rows:
            key = row.split("`")[1]
            self.assertIn(flags_of({key: ""})[0].rstrip("="), text)


if __name__ == "__main__":
    unittest.main()
