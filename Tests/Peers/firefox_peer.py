"""Receives a video with a headless Firefox. Tests/WebRTCTests/Support/ForeignPeer.swift describes the protocol.

The page fetches its tasks from a server in this script, and posts its messages to it: so no remote control is needed.
"""

import http.server
import json
import pathlib
import queue
import sys
import threading
import urllib.parse

import firefox_profile

PAGE = """<!doctype html><video muted autoplay playsinline></video><script type=module>
const video = document.querySelector('video')
const pc = new RTCPeerConnection()
const say = what => fetch('/said', {method: 'POST', body: JSON.stringify(what)})
const gathered = () => new Promise(resolve => {
  const look = () => { if (pc.iceGatheringState == 'complete') resolve() }
  look()
  pc.addEventListener('icegatheringstatechange', look)
})
pc.ontrack = event => { video.srcObject = new MediaStream([event.track]) }
pc.onconnectionstatechange = async () => {
  if (pc.connectionState == 'connected') say({connected: {browser: navigator.userAgent}})
}
const tasks = {
  async offer(sdp) {
    await pc.setRemoteDescription({type: 'offer', sdp})
    await pc.setLocalDescription()
    await gathered()
    say({answer: pc.localDescription.sdp})
  },
  async makeOffer() {
    pc.addTransceiver('video', {direction: 'recvonly'})
    await pc.setLocalDescription()
    await gathered()
    say({offer: pc.localDescription.sdp})
  },
  answer: sdp => pc.setRemoteDescription({type: 'answer', sdp}),
  async save(path) {
    await new Promise(resolve => video.requestVideoFrameCallback(resolve))
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
    const context = canvas.getContext('2d')
    context.drawImage(video, 0, 0)
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data
    const place = new URLSearchParams({path, width: canvas.width, height: canvas.height})
    fetch('/saved?' + place, {method: 'POST', body: pixels})
  },
}
for (;;) {
  const [name, value] = Object.entries(await (await fetch('/task')).json())[0] ?? []
  if (name) tasks[name](value).catch(error => say({error: `${name}: ${error}`}))
}
</script>"""

tasks = queue.Queue()
speech = threading.Lock()


def say(**what):
    with speech:
        print(json.dumps(what), flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def reply(self, kind, body=b""):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path != "/task":
            return self.reply("text/html", PAGE.encode())
        try:
            self.reply("application/json", json.dumps(tasks.get(timeout=10)).encode())
        except queue.Empty:
            self.reply("application/json", b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.reply("text/plain")
        if self.path == "/said":
            return say(**json.loads(body))
        place = dict(urllib.parse.parse_qsl(self.path.partition("?")[2]))
        colours = bytearray(len(body) // 4 * 3)
        for channel in range(3):
            colours[channel::3] = body[channel::4]
        pathlib.Path(place["path"]).write_bytes(colours)
        say(saved=place["path"], width=int(place["width"]), height=int(place["height"]))

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/"
browser = firefox_profile.start(pathlib.Path(sys.argv[1]) / "profile", {"media.autoplay.default": 0}, address)
for line in sys.stdin:
    tasks.put(json.loads(line))
browser.terminate()
