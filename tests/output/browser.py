"""A headless Chromium, spoken to by its DevTools protocol over a pipe: what it fetched, what its console said, what it shows.

The protocol is JSON, one message after another, each ended by a zero byte (chromium --remote-debugging-pipe).
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
from contextlib import contextmanager, suppress
from time import monotonic

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
PATIENCE = 60  # [s] for one answer


class Tab:
    """One page in the browser."""

    def __init__(self, commands: int, answers: int) -> None:
        self.commands, self.answers = commands, answers
        self.session, self.count, self.rest = None, 0, b""
        self.fetched, self.said, self.loaded = [], [], False
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Network", "Page", "Runtime", "Log"):
            self.ask(f"{part}.enable")
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    def ask(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        return self._until(lambda heard: heard.get("id") == self.count)

    def _until(self, wanted):
        end = monotonic() + PATIENCE
        while True:
            while b"\0" in self.rest:
                line, self.rest = self.rest.split(b"\0", 1)
                heard = json.loads(line)
                self._note(heard)
                if wanted(heard):
                    assert "error" not in heard, heard["error"]
                    return heard.get("result")
            ready, _, _ = select.select([self.answers], [], [], max(0.0, end - monotonic()))
            assert ready, "the browser did not answer"
            self.rest += os.read(self.answers, 1 << 20)

    def _note(self, heard):
        method, found = heard.get("method", ""), heard.get("params", {})
        if method == "Network.requestWillBeSent":
            self.fetched.append(found["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.exceptionThrown":
            self.said.append(found["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled":
            self.said.append(str(found["args"]))
        elif method == "Log.entryAdded":
            self.said.append(found["entry"]["text"])

    def open(self, path, *, width=1280, height=900):
        """Anew: what was fetched and said before is forgotten."""
        self.fetched, self.said, self.loaded = [], [], False
        self.media()
        self.size(width, height)
        self.ask("Page.navigate", url=path.as_uri())
        if not self.loaded:
            self._until(lambda heard: heard.get("method") == "Page.loadEventFired")

    def size(self, width, height=900):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, kind="screen", scheme="light"):
        self.ask("Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def run(self, script):
        """The value of a JavaScript expression."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key):
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        text = {"Enter": "\r", " ": " "}.get(key)
        parts = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": codes[key]}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **parts, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **parts)

    def picture(self, path, *, whole=False):
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, path):
        made = self.ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(made["data"]))


@contextmanager
def browsing(home):
    """A `Tab` of a browser that keeps all it keeps in ``home``."""
    commands_in, commands_out = os.pipe()
    answers_in, answers_out = os.pipe()

    def settle():  # the browser reads commands from 3 and writes answers to 4
        inward, outward = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands_in, answers_out))  # neither is 3 or 4
        os.dup2(inward, 3)
        os.dup2(outward, 4)

    browser = subprocess.Popen(
        [BROWSER, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={home / 'profile'}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=settle,  # noqa: PLW1509 - it only copies descriptors
        close_fds=False,
        env={**os.environ, "HOME": str(home)},
    )
    os.close(commands_in)
    os.close(answers_out)
    tab = None
    try:
        tab = Tab(commands_out, answers_in)
        yield tab
    finally:
        if tab is not None:
            tab.session = None
            with suppress(AssertionError, OSError):
                tab.ask("Browser.close")
        try:
            browser.wait(20)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
        os.close(commands_out)
        os.close(answers_in)
