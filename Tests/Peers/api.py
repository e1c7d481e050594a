"""Tests a Socket.IO server's functions with clients: api.py URL polling|websocket|upgrade."""

import os
import sys

from client import Client, until

url, transport = sys.argv[1:]
# No character beyond U+FFFF: in a payload of Engine.IO 3 JavaScript counts it twice, python-engineio once.
names = ["welcome", "said", "all", "question", "left"]
data = bytes(range(256))

first = Client(url, transport, names)
(first_id, text) = first.expect("welcome")
assert text == "grüße ✓", text

# Acknowledgements with every kind of value, and nested bytes.
given = ["text \x1e ✓ ü", {"a": [1, 2.5, None, True], "bytes": data}, data, -7]
assert first.call("echo", *given) == tuple(given)
assert first.call("echo") in (None, [], ())
large = "ü✓" * 10000
assert first.call("echo", large) == large
assert first.call("echo", b"\x1e") == b"\x1e"
assert first.call("slowly", 1) == "1 after a while"

# The server waits for the client's acknowledgement.
first.answers["question"] = {"yes": data}
assert first.call("ask", data) == {"yes": data}
assert first.expect("question") == [data]

second = Client(url, transport, names)
(second_id, _) = second.expect("welcome")
third = Client(url, transport, names)
third.expect("welcome")
first.call("enter", "room")
second.call("enter", "room")

# To the others in the room, to all in the room, to all but the sender, to all.
first.call("tell", "others", "room", data)
assert second.expect("said") == ["others", data]
first.call("tell", "room", "room", "2")
assert second.expect("said") == ["room", "2"]
assert first.expect("said") == ["room", "2"]
second.call("tell", "broadcast", "", "3")
assert first.expect("said") == ["broadcast", "3"]
assert third.expect("said") == ["broadcast", "3"]
third.call("tell", "everyone", "", "4")
for client in (first, second, third):
    assert client.expect("said") == ["everyone", "4"]

# Events keep their order, also text and bytes among each other.
for number in range(50):
    second.emit("tell", "others", "room", number if number % 3 else bytes([number]))
for number in range(50):
    assert first.expect("said") == ["others", number if number % 3 else bytes([number])]

# A client that has left a room gets none of its events.
second.call("quit", "room")
first.call("tell", "room", "room", "5")
assert first.expect("said") == ["room", "5"]
second.call("echo", 1)
second.expect_nothing()

second.leave()
assert first.expect("left") == [second_id]
assert third.expect("left") == [second_id]

# The server disconnects a client.
third.emit("drop")
until(third.gone.is_set, "the disconnect")
first.leave()
print("done", flush=True)
os._exit(0)
