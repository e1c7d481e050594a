"""Joins a room and prints the answer: join.py URL TOKEN [ROLE] [stay] [ROOM]."""

import os
import signal
import sys

from client import Client

url, token, role, stay, room = (sys.argv[1:] + ["", "", "room"][len(sys.argv) - 3 :])[:5]
client = Client(url, "websocket", ["joined", "full"])
join = {"token": token} if token else {}
client.emit("join", room, {**join, "role": role} if role else join)
print(*client.inbox.get(timeout=10), flush=True)
if stay:
    signal.pause()
os._exit(0)
