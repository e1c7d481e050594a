"""Joins a room and prints what the answer is: join.py URL TOKEN."""

import os
import sys

from client import Client

url, token = sys.argv[1:]
client = Client(url, "websocket", ["joined", "full"])
client.emit("join", "room", {"token": token})
print(*client.inbox.get(timeout=10), flush=True)
os._exit(0)
