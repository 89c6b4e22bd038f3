"""Whatever a test lets the built program write is searched for secrets: no test starts it past the two that do that."""

import pathlib
import re
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
STARTED = re.compile(r"\b(?:run|Popen|hand_on)\((?:[^()]|\([^()]*\))*(?:BINARY|self\.binary)\b")
# What derives from Program has its log in the file that Program searches.
SEARCHES = re.compile(r"\bsecrets_in_logs\.check\(|\bclass \w+\(Program\)")
LOG = re.compile(r"\bpublic (?:sessgate::)?ports::Log\b")
# Completions and the manual page; Redis's binary; a log of names only, without their fields.
OTHERS = {"support/shells.py", "integration/test_man_page.py", "support/redis_server.py", "simulation/sidecar.hpp"}


def names_of(pattern, suffix):
    return {str(path.relative_to(TESTS)) for path in TESTS.rglob(f"*{suffix}") if pattern.search(path.read_text())}


class LogsAreSearchedTest(unittest.TestCase):
    def test_every_file_that_starts_the_program_searches_what_it_writes(self):
        started, searching = names_of(STARTED, ".py"), names_of(SEARCHES, ".py")
        self.assertLess({"support/program.py", "integration/test_service_manager.py"}, started)
        self.assertEqual(started - searching - OTHERS, set())

    def test_every_log_of_a_test_in_c_searches_what_is_written_to_it(self):
        self.assertEqual(names_of(LOG, "pp") - OTHERS, {"support/log_capture.hpp"})


if __name__ == "__main__":
    unittest.main()
