"""Where the built program listens and stores: what it makes, what it takes over, and what it refuses to touch."""

import json
import os
import stat
import unittest

from mount import make_read_only, small_disk
from program import Program, clean_environment, flags_of, run_program

START_SECONDS = 30


def try_to_serve(folder, **settings):
    """What `sessgate serve` prints and returns that is expected not to start; it runs in `folder`."""
    settings = {"listen": "127.0.0.1:0", "store.url": "memory:", "control.listen": "unix:second.sock"} | {
        name.replace("__", "."): value for name, value in settings.items()}
    return run_program(["serve", *flags_of(settings)], cwd=folder, env=clean_environment(), timeout=START_SECONDS)


def on_unix_sockets(store="memory:"):
    program = Program(store)
    program.settings["listen"] = f"unix:{program.folder}/data.sock"
    program.settings["control.listen"] = f"unix:{program.folder}/c.sock"
    return program


def mode_of(path):
    return stat.S_IMODE(os.stat(path).st_mode)


class StartingTest(unittest.TestCase):
    def assert_refused(self, done, *words):
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def assert_answers(self, program):
        self.assertEqual(program.request("GET", "/session")[0], 200)
        self.assertEqual(program.request("GET", "/readyz", port="control")[0], 200)

    def test_port_0_takes_free_ports_and_the_ports_file_names_them(self):
        with Program() as first, Program() as second:
            ports = json.loads(first.ports_file.read_text())
            self.assertEqual(set(ports), {"listen", "control"})
            self.assertRegex(ports["listen"], r"^127\.0\.0\.1:[1-9][0-9]*$")
            self.assertNotEqual(ports["listen"], second.listen)
            self.assert_answers(first)
            self.assert_answers(second)
            self.assertIn(ports["listen"], first.log())

    def test_the_control_port_is_a_socket_in_the_data_folder_for_its_owner_only(self):
        for store in ("memory:", "lmdb"):
            with self.subTest(store=store), Program(store) as program:
                self.assertEqual(program.control, f"unix:{program.data_folder}/control.sock")
                self.assertEqual(mode_of(program.data_folder / "control.sock"), 0o600)
                self.assertEqual(mode_of(program.data_folder), 0o700)

    def test_both_ports_can_be_unix_sockets_and_are_removed_at_the_end(self):
        with on_unix_sockets() as program:
            self.assert_answers(program)
            data, control = program.folder / "data.sock", program.folder / "c.sock"
            self.assertEqual((mode_of(data), mode_of(control)), (0o660, 0o600))

            program.stop()

            self.assertFalse(data.exists() or control.exists())

    def test_sockets_that_a_killed_program_left_are_replaced(self):
        with on_unix_sockets("lmdb") as program:
            program.kill()
            self.assertTrue((program.folder / "data.sock").is_socket())
            self.assertTrue((program.folder / "c.sock").is_socket())

            program.start()

            self.assert_answers(program)

    def test_a_socket_where_a_program_listens_is_refused_and_stays(self):
        with on_unix_sockets() as program:
            for settings in ({"listen": program.listen}, {"control__listen": program.control}):
                done = try_to_serve(program.folder, **settings)
                self.assert_refused(done, *(address.removeprefix("unix:") for address in settings.values()))
            self.assert_answers(program)

    def test_a_start_that_fails_at_its_second_socket_leaves_none(self):
        with on_unix_sockets() as program:
            done = try_to_serve(program.folder, listen="unix:other.sock", control__listen=program.control)

            self.assert_refused(done)
            self.assertFalse((program.folder / "other.sock").exists())

    def test_a_start_that_fails_leaves_no_data_folder_and_no_socket(self):
        with Program() as program:
            taken = program.control
            url = f"lmdb:{program.folder}/new"
            before = sorted(os.listdir(program.folder))
            self.assert_refused(try_to_serve(program.folder, control__listen=taken, store__url=url), taken)
            self.assert_refused(try_to_serve(program.folder, listen=program.listen, store__url=url), program.listen)
            self.assert_refused(try_to_serve(program.folder, store__url=url, ports_file="/proc/none/ports"), "ports")
            self.assert_refused(try_to_serve(program.folder, store__url=url, ports_file=program.folder), "directory")
            self.assert_refused(try_to_serve(program.folder, store__url="lmdb:none/new"), "none/new")
            self.assertEqual(sorted(os.listdir(program.folder)), before)

    def test_a_file_that_is_no_socket_is_refused_and_stays(self):
        with Program() as program:
            path = program.folder / "notes"
            path.write_text("not to be lost")
            for name in ("listen", "control__listen"):
                self.assert_refused(try_to_serve(program.folder, **{name: f"unix:{path}"}), str(path))
            self.assertEqual(path.read_text(), "not to be lost")

    def test_a_second_program_on_the_same_data_is_refused_and_the_first_goes_on(self):
        with Program("lmdb") as program:
            pid = program.process.pid
            before = sorted(os.listdir(program.data_folder))

            done = try_to_serve(program.folder, store__url=f"lmdb:{program.data_folder}")

            self.assert_refused(done, str(program.data_folder), "in use by another sessgate", f"(process {pid})")
            self.assertEqual(sorted(os.listdir(program.data_folder)), before)
            self.assert_answers(program)
            created = program.request("POST", "/sessions", body={"userId": "anna"}, port="control")
            self.assertEqual(created[0], 201)

    def test_data_on_a_disk_that_cannot_be_written_is_refused(self):
        with small_disk("20m") as disk:
            with Program(f"lmdb:{disk}/data", {"control.listen": "unix:c.sock"}):
                pass
            make_read_only(disk)
            for folder in (disk / "data", disk / "new"):
                done = try_to_serve(disk, store__url=f"lmdb:{folder}", control__listen=f"unix:{folder}/control.sock")
                self.assert_refused(done, str(folder), "Read-only file system")


if __name__ == "__main__":
    unittest.main()
