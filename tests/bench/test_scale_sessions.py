"""A data folder that fill_lmdb wrote is one of sessgate's own: the numbers would say nothing about any other."""

import contextlib
import json
import unittest

from scale_sessions import Filled
from subject import begin

COUNT = 1000


class FilledTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.subject = begin(cls.enterClassContext(contextlib.ExitStack()), Filled(COUNT))
        cls.tokens = cls.subject.tokens_file.read_text().split()

    def test_each_session_is_live_and_of_its_user(self):
        self.assertEqual(len(self.tokens), COUNT)
        for number in range(0, COUNT, 100):
            session = self.answer(number)["session"]

            self.assertEqual((session["userId"], session["state"]), (f"user-{number}", "active"))

    def test_each_session_is_among_its_users(self):
        for number in range(0, COUNT, 100):
            _, _, body = self.subject.program.request("GET", f"/users/user-{number}/sessions", port="control")

            self.assertEqual([session["sessionId"] for session in json.loads(body)["sessions"]], [self.id_of(number)])

    def test_a_revoked_session_leaves_nothing_that_stops_the_next_start(self):
        status, _, _ = self.subject.program.request("DELETE", f"/sessions/{self.id_of(1)}", port="control")
        self.subject.program.kill()  # the next start reads all of the file
        self.subject.start()

        self.assertEqual((status, self.answer(1)["session"], self.answer(2)["session"]["userId"]),
                         (204, None, "user-2"))

    def id_of(self, number):
        return self.tokens[number].split(".")[0]

    def answer(self, number):
        return json.loads(self.subject.ask(token=self.tokens[number])[2])


if __name__ == "__main__":
    unittest.main()
