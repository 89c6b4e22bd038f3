"""Chromium without a window, driven over WebDriver (W3C) with the standard library."""

import base64
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from proxies import command, free_port

START_SECONDS = 30
LOOKS_MAX = 10
PAGE_SECONDS_MAX = 10
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, 11


class Chromedriver:
    """Runs while the `with` block does; gives browsers, each with a profile of its own, and closes them."""

    def __enter__(self):
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-chromium-"))
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([command("chromedriver"), f"--port={self.port}"], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, cwd=self.folder,
                                        env=os.environ | {"HOME": str(self.folder), "TMPDIR": str(self.folder)})
        self.browsers = []
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            for browser in self.browsers:
                browser.call("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait(10)
            self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError("chromedriver does not start") from None
                time.sleep(0.02)

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(f"{method} {path}: {answer['error']}: {answer['message'][:500]}")
        return answer

    def browser(self, name):
        options = {"binary": command("chromium"), "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=900,820",
            "--no-first-run", "--disable-background-networking", f"--user-data-dir={self.folder / name}"]}
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "timeouts": {"pageLoad": 30000, "script": 30000, "implicit": 5000}}}})
        self.browsers.append(Browser(self, session["sessionId"]))
        return self.browsers[-1]


class Browser:
    def __init__(self, driver, session):
        self.driver, self.session = driver, session

    def call(self, method, path, body=None):
        return self.driver.call(method, f"/session/{self.session}{path}", body)

    def go(self, url):
        self.call("POST", "/url", {"url": url})

    def reload(self):
        self.call("POST", "/refresh", {})

    def back(self):
        self.call("POST", "/back", {})

    def url(self):
        return self.call("GET", "/url")

    def element(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def on_element(self, method, selector, action, body=None):
        """Looks the element up again when its page was replaced between the look-up and the call."""
        for _ in range(LOOKS_MAX - 1):
            try:
                return self.call(method, f"/element/{self.element(selector)}/{action}", body)
            except AssertionError as failure:
                if "stale element reference" not in str(failure):
                    raise
        return self.call(method, f"/element/{self.element(selector)}/{action}", body)

    def text(self, selector):
        return self.on_element("GET", selector, "text")

    def click(self, selector):
        self.on_element("POST", selector, "click", {})

    def follow(self, selector):
        """Clicks what leads to another page and returns when that is loaded; the driver may return before it begins."""
        self.run("document.isLeft = true")
        self.click(selector)
        deadline = time.monotonic() + PAGE_SECONDS_MAX
        while not self._is_on_another_page():
            if time.monotonic() > deadline:
                raise AssertionError(f"{selector} led to no other page within {PAGE_SECONDS_MAX} s")
            time.sleep(0.02)

    def _is_on_another_page(self):
        try:
            return self.run("return !document.isLeft && document.readyState === 'complete'")
        except AssertionError:  # between two pages there is no script to ask
            return False

    def type(self, selector, text):
        self.on_element("POST", selector, "value", {"text": text})

    def cookie(self, name):
        """The cookie's value; None when the jar has none of that name."""
        return next((each["value"] for each in self.call("GET", "/cookie") if each["name"] == name), None)

    def forget_cookies(self, url):
        self.go(url)
        self.call("DELETE", "/cookie")

    def run(self, script):
        """What the promise of `script`, the body of an async function, comes to."""
        wrapped = f"const done = arguments[0]; (async () => {{ {script} }})().then(done, error => done(String(error)));"
        return self.call("POST", "/execute/async", {"script": wrapped, "args": []})

    def windows(self):
        return self.call("GET", "/window/handles")

    def open_tab(self):
        """A new tab's handle; the browser is in it."""
        handle = self.call("POST", "/window/new", {"type": "tab"})["handle"]
        self.switch(handle)
        return handle

    def switch(self, handle):
        self.call("POST", "/window", {"handle": handle})

    def screenshot(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("GET", "/screenshot")))
