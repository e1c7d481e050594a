"""Encodes and decodes with python-socketio 4's packet classes (protocol 4, Engine.IO 3), for RoomProtocol's differential test.

Each line of the file named is {"encode": packet}, {"decode": [message, …]}, {"payload": body} or {"packets": [message, …]},
the last with "text" for a text body; bytes are {"$bytes": "hexadecimal"}.
"""

import json
import sys

from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from engineio.payload import Payload
from socketio.packet import Packet


def revived(value):
    return bytes.fromhex(value["$bytes"]) if "$bytes" in value else value


def shown(value):
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, list):
        return [shown(element) for element in value]
    if isinstance(value, dict):
        return {key: shown(member) for key, member in value.items()}
    return value


def encoded(packet):
    packet = Packet(packet["type"], packet.get("data"), packet["nsp"], packet.get("id"))
    messages = packet.encode()
    return messages if isinstance(messages, list) else [messages]


def decoded(messages):
    packet = Packet(encoded_packet=messages[0])
    for attachment in messages[1:]:
        packet.add_attachment(attachment)
    return {"type": packet.packet_type, "nsp": packet.namespace or "/", "id": packet.id, "data": packet.data}


def answer(task):
    if "encode" in task:
        return encoded(task["encode"])
    if "decode" in task:
        return decoded(task["decode"])
    if "payload" in task:
        return [packet.data for packet in Payload(encoded_payload=task["payload"]).packets]
    packets = [EnginePacket(MESSAGE, message) for message in task["packets"]]
    return Payload(packets).encode(b64=task.get("text", False))


with open(sys.argv[1], encoding="utf-8") as tasks:
    for line in tasks:
        print(json.dumps(shown(answer(json.loads(line, object_hook=revived)))))
