"""The reference room server on python-socketio, in its fastest configuration: python_server.py aiohttp|uvicorn PORT."""

import asyncio
import logging
import resource
import sys

import socketio
import uvloop

framework, port = sys.argv[1], int(sys.argv[2])
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
logging.disable(logging.WARNING)

sio = socketio.AsyncServer(
    async_mode="aiohttp" if framework == "aiohttp" else "asgi",
    async_handlers=False,
    transports=["websocket"],
    http_compression=False,
    # A server that is slow for a while must not lose its clients.
    ping_interval=300,
    ping_timeout=300,
    monitor_clients=False,
)
members = {}


@sio.event
async def connect(sid, environ):
    pass


@sio.event
async def join(sid, room):
    there = members.setdefault(room, set())
    there.add(sid)
    await sio.enter_room(sid, room)
    await sio.emit("joined", (room, sid), to=sid)
    if len(there) > 1:
        await sio.emit("otherjoin", (room, sid), to=room, skip_sid=sid)


@sio.event
async def message(sid, room, data):
    if sid in members.get(room, ()):
        data["from"] = sid
        await sio.emit("message", (room, data), to=room, skip_sid=sid)


@sio.event
async def disconnect(sid, reason):
    for there in members.values():
        there.discard(sid)


async def with_aiohttp():
    from aiohttp import web

    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


async def with_uvicorn():
    import uvicorn

    config = uvicorn.Config(
        socketio.ASGIApp(sio), host="127.0.0.1", port=port, log_level="critical", http="httptools",
        ws="websockets-sansio", ws_per_message_deflate=False, ws_ping_interval=None, backlog=4096,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await task


uvloop.run(with_aiohttp() if framework == "aiohttp" else with_uvicorn())
