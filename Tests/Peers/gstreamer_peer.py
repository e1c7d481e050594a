"""Receives a video with GStreamer's webrtcbin. Tests/WebRTCTests/Support/ForeignPeer.swift describes the protocol."""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

DECODER = "queue ! rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=RGB ! appsink name=sink sync=false"


def say(**what):
    print(json.dumps(what), flush=True)


class Peer:
    def __init__(self):
        self.wanted = []
        self.kind = None
        self.pipeline = Gst.Pipeline()
        self.webrtc = Gst.ElementFactory.make("webrtcbin")
        self.webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        # libnice ignores the loopback interface, the only one in the tests. The agent is kept: the element does not survive
        # its release by Python.
        self.agent = self.webrtc.get_property("ice-agent")
        self.agent.emit("add-local-ip-address", "127.0.0.1")
        self.webrtc.connect("pad-added", self.on_pad)
        self.webrtc.connect("notify::ice-gathering-state", self.on_gathering)
        self.webrtc.connect("notify::connection-state", self.on_state)
        self.pipeline.add(self.webrtc)
        self.pipeline.set_state(Gst.State.PLAYING)

    def set_remote(self, kind, sdp):
        _, message = GstSdp.SDPMessage.new_from_text(sdp)
        description = GstWebRTC.WebRTCSessionDescription.new(kind, message)
        promise = Gst.Promise.new()
        self.webrtc.emit("set-remote-description", description, promise)
        promise.wait()

    def make(self, kind):
        """Creates and sets an offer or an answer; it is reported once it has all candidates."""
        self.kind = kind
        promise = Gst.Promise.new()
        self.webrtc.emit(f"create-{kind}", None, promise)
        promise.wait()
        reply = promise.get_reply()
        self.webrtc.emit("set-local-description", reply.get_value(kind), Gst.Promise.new())

    def on_gathering(self, *_):
        # The notification also occurs for descriptions that are set meanwhile.
        if self.webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE and self.kind:
            say(**{self.kind: self.webrtc.get_property("local-description").sdp.as_text()})
            self.kind = None

    def on_state(self, *_):
        if self.webrtc.get_property("connection-state") == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            say(connected={})

    def on_pad(self, _, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        decoder = Gst.parse_bin_from_description(DECODER, True)
        sink = decoder.get_by_name("sink")
        sink.set_property("emit-signals", True)
        sink.connect("new-sample", self.on_sample)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def on_sample(self, sink):
        sample = sink.emit("pull-sample")
        if self.wanted:
            self.save(sample, self.wanted.pop(0))
        return Gst.FlowReturn.OK

    @staticmethod
    def save(sample, path):
        shape = sample.get_caps().get_structure(0)
        width, height = shape.get_value("width"), shape.get_value("height")
        pixels = sample.get_buffer().extract_dup(0, sample.get_buffer().get_size())
        # Rows are aligned to four bytes.
        stride = (width * 3 + 3) // 4 * 4
        with open(path, "wb") as file:
            for row in range(height):
                file.write(pixels[row * stride : row * stride + width * 3])
        say(saved=path, width=width, height=height)

    def on_line(self, stream, _):
        line = stream.readline()
        if not line:
            loop.quit()
            return False
        message = json.loads(line)
        if "offer" in message:
            self.set_remote(GstWebRTC.WebRTCSDPType.OFFER, message["offer"])
            self.make("answer")
        elif "makeOffer" in message:
            caps = Gst.Caps.from_string("application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000")
            self.webrtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, caps)
            self.make("offer")
        elif "answer" in message:
            self.set_remote(GstWebRTC.WebRTCSDPType.ANSWER, message["answer"])
        elif "save" in message:
            self.wanted.append(message["save"])
        return True


Gst.init(None)
peer = Peer()
loop = GLib.MainLoop()
# Unbuffered: the loop does not see buffered lines.
lines = open(sys.stdin.fileno(), "rb", buffering=0)
GLib.io_add_watch(lines, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, peer.on_line)
loop.run()
