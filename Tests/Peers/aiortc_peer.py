"""Receives video and sound with aiortc. Tests/WebRTCTests/Support/ForeignPeer.swift describes the protocol."""

import asyncio
import json
import struct
import sys

import aioice.ice
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

# aioice ignores the loopback interface, the only one in the tests.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]

wanted = []
received = 0
samples = []


def say(**what):
    print(json.dumps(what), flush=True)


def save(frame, path):
    picture = frame.reformat(format="rgb24")
    plane = picture.planes[0]
    rows = memoryview(plane)
    with open(path, "wb") as file:
        for row in range(picture.height):
            start = row * plane.line_size
            file.write(rows[start : start + picture.width * 3])
    say(saved=path, width=picture.width, height=picture.height)


def measure_tone(frame):
    """Reports the left channel's frequency from its rising zero crossings, each half second after the first second."""
    global received
    received += frame.samples
    if received < 48000:
        return
    samples.extend(struct.unpack_from(f"<{frame.samples * 2}h", bytes(frame.planes[0]))[::2])
    if len(samples) < 24000:
        return
    rises = [i for i in range(1, len(samples)) if samples[i - 1] < 0 <= samples[i]]
    if len(rises) > 2:
        say(heard=(len(rises) - 1) * 48000 / (rises[-1] - rises[0]), peak=max(samples))
    samples.clear()


async def watch(track):
    try:
        while True:
            frame = await track.recv()
            if track.kind == "audio":
                measure_tone(frame)
            elif wanted:
                save(frame, wanted.pop(0))
    except MediaStreamError:
        say(ended=track.kind)


async def main():
    peer = RTCPeerConnection()
    tasks = []

    @peer.on("track")
    def on_track(track):
        tasks.append(asyncio.create_task(watch(track)))

    @peer.on("connectionstatechange")
    def on_state():
        if peer.connectionState == "connected":
            dtls = peer.getTransceivers()[0].receiver.transport
            say(connected={"srtp": dtls._ssl.get_selected_srtp_profile().decode()})

    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        message = json.loads(line)
        if "offer" in message:
            await peer.setRemoteDescription(RTCSessionDescription(message["offer"], "offer"))
            await peer.setLocalDescription(await peer.createAnswer())
            say(answer=peer.localDescription.sdp)
        elif "makeOffer" in message:
            peer.addTransceiver("video", direction="recvonly")
            peer.addTransceiver("audio", direction="recvonly")
            await peer.setLocalDescription(await peer.createOffer())
            say(offer=peer.localDescription.sdp)
        elif "answer" in message:
            await peer.setRemoteDescription(RTCSessionDescription(message["answer"], "answer"))
        elif "save" in message:
            wanted.append(message["save"])
    await peer.close()


asyncio.run(main())
