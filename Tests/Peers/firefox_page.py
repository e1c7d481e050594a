"""A headless Firefox with one page, driven by Marionette. Tests/RoomsTests/Support/FirefoxPage.swift uses it.

Each line of the standard input is one of {"navigate": URL} and {"evaluate": EXPRESSION}; the answer is a line {"value": …} or
{"error": …}.
"""

import json
import pathlib
import socket
import sys
import time

import firefox_profile


class Marionette:
    """Commands go over TCP, each as its length, a colon and JSON."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.buffer = b""
        self.count = 0
        self.receive()
        self.call("WebDriver:NewSession", {"capabilities": {}})

    def receive(self):
        while b":" not in self.buffer:
            self.read()
        length, _, self.buffer = self.buffer.partition(b":")
        while len(self.buffer) < int(length):
            self.read()
        message, self.buffer = self.buffer[: int(length)], self.buffer[int(length) :]
        return json.loads(message)

    def read(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("Firefox has gone")
        self.buffer += data

    def call(self, command, parameters):
        self.count += 1
        message = json.dumps([0, self.count, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(error["message"])
        return result["value"] if isinstance(result, dict) and "value" in result else result


def connect(profile):
    """Firefox writes its port into the profile."""
    file = profile / "MarionetteActivePort"
    for _ in range(600):
        if file.exists() and file.read_text().strip():
            return Marionette(int(file.read_text()))
        time.sleep(0.1)
    raise TimeoutError("Firefox did not start")


profile = pathlib.Path(sys.argv[1]) / "profile"
browser = firefox_profile.start(profile, {"marionette.port": 0}, "--marionette")
try:
    page = connect(profile)
    print(json.dumps({"value": "ready"}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        try:
            if "navigate" in task:
                page.call("WebDriver:Navigate", {"url": task["navigate"]})
                value = None
            else:
                script = f"return ({task['evaluate']})"
                value = page.call("WebDriver:ExecuteScript", {"script": script, "args": [], "sandbox": None})
            print(json.dumps({"id": task["id"], "value": value}), flush=True)
        except RuntimeError as error:
            print(json.dumps({"id": task["id"], "error": str(error)}), flush=True)
finally:
    browser.terminate()
