"""Clients that are not there to be answered: what they do to the others."""

import pathlib
import socket
import struct
import tempfile
import threading
import time
import unittest
from contextlib import ExitStack

from certificates import authority, client_context, signed
from key_updates import KeyUpdates
from plain_clients import REQUEST, Started, address_of, limit_descriptors, status_of, stood_still
from program import Program
from redis_sidecar import until
from scrape import Scrape

KEY_UPDATES = 150_000
BYTE_SECONDS = 0.1  # from one byte of a slow client to the next
DESCRIPTORS, HELD, NEWCOMERS = 256, 190, 120


class HostileClientsTest(unittest.TestCase):
    def tls_settings(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.authority = authority(folder)
        server = signed(folder, "server", self.authority)
        return {"tls.certificate_file": server.certificate, "tls.key_file": server.key, "threads": 1}

    def test_who_resets_its_connection_is_counted_by_the_limit_of_its_address_as_well(self):
        with Program(settings={"http.rate_max": 5, "threads": 1}) as program:
            with stood_still(program):
                for _ in range(20):
                    client = socket.create_connection(address_of(program))
                    client.sendall(30 * REQUEST)
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    client.close()
            until(lambda: Scrape(program).of("sessgate_requests_total") == 600)

            self.assertLess(Scrape(program).of("sessgate_requests_total", outcome="no_cookie"), 30)

    def test_key_updates_without_an_end_leave_others_their_turn(self):
        with Program(settings=self.tls_settings()) as program, ExitStack() as stack:
            other = stack.enter_context(socket.create_connection(address_of(program)))
            other = stack.enter_context(client_context(self.authority).wrap_socket(other, server_hostname="127.0.0.1"))
            hostile = stack.enter_context(socket.create_connection(address_of(program)))
            updates = KeyUpdates(hostile)
            flood = updates.encrypted(KEY_UPDATES, REQUEST)
            begun = time.monotonic()
            sender = threading.Thread(target=hostile.sendall, args=(flood,))
            sender.start()
            waits = []
            while sender.is_alive():
                asked = time.monotonic()
                self.assertEqual(status_of(other, REQUEST), 200)
                waits.append(time.monotonic() - asked)
            sender.join()
            self.assertTrue(updates.answer().startswith(b"HTTP/1.1 200 "))
            took = time.monotonic() - begun
        print(f"{KEY_UPDATES:,} key updates took {took:.2f} s, another client waited {max(waits) * 1000:.0f} ms at most")
        self.assertLess(max(waits), took / 4)

    def test_a_crowd_that_is_turned_away_and_stays_does_not_shut_out_the_control_port(self):
        settings = self.tls_settings() | {"http.head_timeout": "60s", "http.idle_timeout": "60s"}
        log = self.enterContext(tempfile.TemporaryFile("w+"))
        limited = Started(settings, preexec_fn=limit_descriptors(DESCRIPTORS, DESCRIPTORS), stderr=log)
        with limited as program, ExitStack() as stack:
            for _ in range(HELD + NEWCOMERS):
                stack.enter_context(socket.create_connection(address_of(program)))
            until(lambda: Scrape(program).of("sessgate_connections_turned_away_total") > NEWCOMERS / 2)

            self.assertEqual(program.request("GET", "/readyz", port="control")[0], 200)
            log.seek(0)
            self.assertNotIn("accept_failed", log.read())

    def test_bytes_of_tls_that_trickle_in_do_not_hold_a_place(self):
        settings = self.tls_settings() | {"http.idle_timeout": "300ms", "http.head_timeout": "300ms"}
        with Program(settings=settings) as program, socket.create_connection(address_of(program)) as client:
            record = KeyUpdates(client).encrypted(0, 3 * REQUEST)
            begun = time.monotonic()
            with self.assertRaises(OSError):
                for byte in record:
                    client.sendall(bytes([byte]))
                    time.sleep(BYTE_SECONDS)
            self.assertLess(time.monotonic() - begun, len(record) * BYTE_SECONDS / 2)


if __name__ == "__main__":
    unittest.main()
