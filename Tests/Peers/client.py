"""Clients of python-socketio, of version 4 (Engine.IO 3) or 5 (Engine.IO 4), for the tests of the room server."""

import faulthandler
import os
import queue
import socket
import sys
import threading
import time
import traceback

import socketio

# A script that hangs prints its stack.
faulthandler.dump_traceback_later(40, exit=True)


def fail(*error):
    """Exits at once, even if threads of the clients are waiting."""
    traceback.print_exception(*error)
    os._exit(1)


sys.excepthook = fail


class Client:
    """One client that records its events in order."""

    def __init__(self, url, transport, names, path="socket.io"):
        self.inbox = queue.Queue()
        self.events = []
        self.answers = {}
        self.gone = threading.Event()
        self.io = socketio.Client(reconnection=False)
        self._handle_in_order()
        for name in names:
            self.io.on(name, self._handler(name))
        self.io.on("disconnect", lambda *_: self.gone.set())
        transports = None if transport == "upgrade" else [transport]
        self.io.connect(url, transports=transports, socketio_path=path)
        if transport == "upgrade":
            until(lambda: self.io.transport() == "websocket", "the upgrade")
        assert self.io.transport() == ("polling" if transport == "polling" else "websocket")

    def _handle_in_order(self):
        """python-engineio handles each message on its own thread, so that the second may run before the first."""
        trigger = self.io.eio._trigger_event
        self.io.eio._trigger_event = lambda *arguments, run_async, **rest: trigger(
            *arguments, run_async=False, **rest)

    def _handler(self, name):
        def handle(*arguments):
            event = [name, *arguments]
            self.events.append(event)
            self.inbox.put(event)
            return self.answers.get(name)

        return handle

    def expect(self, name):
        """The arguments of the next event, which must have that name."""
        event = self.inbox.get(timeout=10)
        assert event[0] == name, f"{name} expected, got {event}"
        return event[1:]

    def expect_nothing(self):
        """No event has arrived. Call it after an answer of the server."""
        assert self.inbox.empty(), f"nothing expected, got {self.inbox.get()}"

    def emit(self, name, *arguments):
        self.io.emit(name, arguments)

    def call(self, name, *arguments):
        return self.io.call(name, arguments, timeout=10)

    def leave(self):
        """Sends the disconnect packet itself: python-socketio 4's method may end its threads before it is sent."""
        self.io.eio.send("1")

    def cut(self):
        """Shuts the connection down without a disconnect packet; only for WebSockets."""
        self.io.eio.ws.sock.shutdown(socket.SHUT_RDWR)


def until(condition, what):
    end = time.monotonic() + 10
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within 10 s")
        time.sleep(0.01)
