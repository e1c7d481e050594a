"""The reference conversation of two peers in a room for two: conversation.py URL polling|websocket|upgrade ROOM.

Prints the events of each, as JSON."""

import json
import os
import sys

from client import Client

url, transport, room = sys.argv[1:]
names = ["joined", "otherjoin", "full", "leaved", "bye", "message"]


def message(sender, receiver, data):
    sender.emit("message", room, data)
    (got_room, got) = receiver.expect("message")
    assert got_room == room
    if isinstance(data, str):
        assert got == data
    else:
        assert got.pop("from") == ids[sender]
        assert got == data, got


ids = {}
alice = Client(url, transport, names)
alice.emit("join", room)
ids[alice] = alice.expect("joined")[1]

bob = Client(url, transport, names)
bob.emit("join", room)
ids[bob] = bob.expect("joined")[1]
assert alice.expect("otherjoin")[:2] == [room, ids[bob]]

message(alice, bob, {"type": "offer", "sdp": "v=0\r\n"})
message(bob, alice, {"type": "answer", "sdp": "v=0\r\n"})
message(alice, bob, {"type": "candidate", "label": 0, "id": "0", "candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host"})
message(bob, alice, {"type": "candidate", "label": 0, "id": "0", "candidate": "candidate:2 1 udp 1 192.0.2.2 9 typ host"})
message(bob, alice, "a string")
# The server sets `from`, not the sender.
alice.emit("message", room, {"from": ids[bob], "x": 1})
assert bob.expect("message") == [room, {"from": ids[alice], "x": 1}]

carol = Client(url, transport, names)
carol.emit("join", room)
ids[carol] = carol.expect("full")[1]
# Messages from outside the room are dropped.
carol.emit("message", room, {"x": 2})
carol.call("message", room, {"x": 3})

bob.emit("leave", room)
assert alice.expect("bye") == [room, ids[bob]]
assert bob.expect("leaved") == [room, ids[bob]]

bob.emit("join", room)
assert bob.expect("joined")[:2] == [room, ids[bob]]
assert alice.expect("otherjoin")[:2] == [room, ids[bob]]

# Without a disconnect packet, if there is a connection to lose.
bob.leave() if transport == "polling" else bob.cut()
assert alice.expect("bye") == [room, ids[bob]]

carol.emit("join", room)
assert carol.expect("joined")[:2] == [room, ids[carol]]
assert alice.expect("otherjoin")[:2] == [room, ids[carol]]
alice.call("leave", room)
carol.expect("bye")
alice.expect("leaved")


def plain(events):
    """The text values, with names in place of ids."""
    names = {ids[alice]: "alice", ids[bob]: "bob", ids[carol]: "carol"}
    return [[names.get(value, value) for value in event if isinstance(value, str)] for event in events]


print(json.dumps({"alice": plain(alice.events), "bob": plain(bob.events), "carol": plain(carol.events)}))
sys.stdout.flush()
os._exit(0)
