"""session.per_user_max: at the limit the session with the nearest idle end goes, and never the one just made."""

import json
import threading
import time
import unittest

from program import Program, send

PATIENT = {"store.deadline": "60s"}  # a busy disk is no matter here


class PerUserMaxTest(unittest.TestCase):
    def create(self, program, user="anna", **more):
        status, _, text = program.request("POST", "/sessions", body={"userId": user} | more, port="control")
        self.assertEqual(status, 201, text)
        return json.loads(text)["session"]

    def listed(self, program, user="anna"):
        _, _, text = program.request("GET", f"/users/{user}/sessions?limit=1000", port="control")
        return {session["sessionId"] for session in json.loads(text)["sessions"]}

    def create_earlier(self, program, **more):
        """One that came before every later one: of those of one millisecond the ids say which came first."""
        session = self.create(program, **more)
        while time.time() * 1000 < session["createdAt"] + 1:
            pass
        return session

    def test_the_session_with_the_nearest_idle_end_is_revoked(self):
        with Program(settings={"session.per_user_max": 3}) as program:
            first = self.create_earlier(program, idlePeriod="3d")
            second = self.create_earlier(program, idlePeriod="1d")
            third = self.create_earlier(program, idlePeriod="2d")
            other = self.create(program, "bob")
            fourth = self.create(program, idlePeriod="1h")

            kept = {session["sessionId"] for session in (first, third, fourth)}
            self.assertEqual(self.listed(program), kept)
            self.assertEqual(self.listed(program, "bob"), {other["sessionId"]})
            _, _, text = program.request("GET", "/session", {"Cookie": f"__Host-session={second['token']}"})
            self.assertEqual(json.loads(text)["reason"], "unknown")

    def test_without_a_limit_all_sessions_stay(self):
        with Program() as program:
            ids = {self.create(program)["sessionId"] for _ in range(120)}
            self.assertEqual(self.listed(program), ids)

    def test_a_limit_that_came_later_ends_all_that_are_too_many(self):
        with Program("lmdb", PATIENT) as program:
            for _ in range(130):
                self.create(program)
            program.stop()
            program.settings["session.per_user_max"] = 2
            program.start()
            newest = self.create(program)["sessionId"]
            self.assertIn(newest, self.listed(program))
            self.assertEqual(len(self.listed(program)), 2)

    def test_sign_ins_at_the_same_time_end_neither_each_other_nor_fewer_than_the_limit_says(self):
        with Program("lmdb", PATIENT | {"session.per_user_max": 1}) as program:
            for user in (f"user-{number}" for number in range(10)):
                created, lock = [], threading.Lock()

                def sign_in():
                    connection = program.connection("control")
                    for _ in range(4):
                        status, _, text = send(connection, "POST", "/sessions", body={"userId": user})
                        with lock:
                            created.append((status, json.loads(text)["session"]))
                    connection.close()

                threads = [threading.Thread(target=sign_in) for _ in range(6)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

                self.assertEqual({status for status, _ in created}, {201})
                newest = max((session["createdAt"], session["sessionId"]) for _, session in created)
                self.assertEqual(self.listed(program, user), {newest[1]}, "the newest, and no other")


if __name__ == "__main__":
    unittest.main()
