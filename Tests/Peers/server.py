"""A server of python-socketio, of version 4 (Engine.IO 3) or 5 (Engine.IO 4), for the tests of our client.

Arguments: the port, and the accepted transports ("polling", "websocket" or "both").
"""

import sys

import eventlet
import socketio
from eventlet import wsgi

port, transports = int(sys.argv[1]), sys.argv[2]
server = socketio.Server(async_mode="eventlet", ping_interval=2, ping_timeout=4, cors_allowed_origins=[])
CAPACITY = 2


def members(room):
    return {sid for sid in server.manager.rooms.get("/", {}).get(room, {})}


@server.event
def connect(sid, environ, *auth):
    server.emit("welcome", (sid, "grüße ✓"), room=sid)
    if auth and auth[0] == {"token": "wrong"}:
        raise socketio.exceptions.ConnectionRefusedError("the token is wrong")
    if environ.get("HTTP_X_TOKEN") == "wrong":
        raise socketio.exceptions.ConnectionRefusedError("the token is wrong")


@server.on("echo")
def echo(sid, *values):
    return values


@server.on("reverse")
def reverse(sid, data):
    server.emit("reversed", {"data": data[::-1], "more": [b"", "text"]}, room=sid)


@server.on("ask")
def ask(sid, value):
    server.emit("question", value, room=sid, callback=lambda *answer: server.emit("answered", answer, room=sid))


@server.on("flood")
def flood(sid, count):
    for number in range(count):
        server.emit("drop", number, room=sid)


@server.on("silence")
def silence(sid):
    """Never acknowledges in time."""
    eventlet.sleep(3)


@server.on("kick")
def kick(sid):
    server.disconnect(sid)


@server.on("transport")
def transport(sid):
    return server.transport(sid)


# Another namespace.


@server.on("connect", namespace="/admin")
def connect_admin(sid, environ, *auth):
    if environ.get("HTTP_X_ADMIN") == "wrong":
        raise socketio.exceptions.ConnectionRefusedError("no admin")
    server.emit("welcome", "admin", room=sid, namespace="/admin")


@server.on("echo", namespace="/admin")
def echo_admin(sid, *values):
    return ("admin", *values)


# The reference protocol, without sender ids, and without `bye` for lost clients.


@server.on("join")
def join(sid, room, *more):
    server.enter_room(sid, room)
    if len(members(room)) > CAPACITY:
        server.leave_room(sid, room)
        server.emit("full", (room, sid), room=sid)
        return
    server.emit("joined", (room, sid), room=sid)
    if len(members(room)) > 1:
        server.emit("otherjoin", (room, sid), room=room, skip_sid=sid)


@server.on("message")
def message(sid, room, data):
    server.emit("message", (room, data), room=room, skip_sid=sid)


@server.on("leave")
def leave(sid, room):
    server.leave_room(sid, room)
    server.emit("bye", (room, sid), room=room)
    server.emit("leaved", (room, sid), room=sid)


application = socketio.WSGIApp(server)


def filtered(environ, start_response):
    """Like a proxy that blocks WebSockets, or a server that has only WebSockets."""
    wants = "websocket" if environ.get("HTTP_UPGRADE", "").lower() == "websocket" else "polling"
    if transports not in ("both", wants):
        start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]
    return application(environ, start_response)


listening = eventlet.listen(("127.0.0.1", port))
print(f"listening {listening.getsockname()[1]}")
wsgi.server(listening, filtered, log_output=False, debug=False)
