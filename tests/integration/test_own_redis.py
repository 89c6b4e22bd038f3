"""The redis-server that a test starts is the one that it asks, whoever else takes ports on this machine."""

import unittest

from redis_server import Redis


class PortTest(unittest.TestCase):
    def test_one_whose_port_was_taken_meanwhile_starts_on_another(self):
        with Redis() as others:
            others.ask("SET", "whose", "others")
            ours = Redis()
            ours.port = ours.options["port"] = others.port
            with ours:
                self.assertNotEqual(ours.port, others.port)
                self.assertIsNone(ours.ask("GET", "whose"))

    def test_one_that_was_reached_on_its_port_never_leaves_it(self):
        with Redis() as ours:
            ours.kill()
            with Redis(port=ours.port) as others:
                with self.assertRaisesRegex(AssertionError, "redis did not start"):
                    ours.start()
                self.assertEqual(ours.port, others.port)


if __name__ == "__main__":
    unittest.main()
