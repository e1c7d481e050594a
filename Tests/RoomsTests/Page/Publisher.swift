import Harness

/// A page that shares a drawn screen into a room by the browser's own WebRTC. It stands for `oriel share` in tests of
/// the page.
///
/// It makes an offer to each viewer, trickles candidates, handles `restart`, and joins again after a lost connection.
/// With the session of an earlier publisher it comes back as that one.
struct Publisher {
  let page: ChromiumPage

  init(
    _ name: String, in room: String, of visited: RoomBrowser, token: String? = nil, session: String? = nil,
    sound: Bool = false
  ) async throws {
    page = try await visited.scriptPage()
    try await page.evaluate(
      """
      (\(Self.script))(\(quoted(room)), \(quoted(name)), \(token.map(quoted) ?? "undefined"), \
      \(session.map(quoted) ?? "undefined"), \(sound))
      """)
  }

  /// The fingerprint of this publisher's certificate, in the form of links.
  var fingerprint: String {
    get async throws { try await page.evaluate("publisher.fingerprint").string ?? "" }
  }

  /// Sends an event to the server and returns the answer.
  @discardableResult
  func ask(_ event: String, _ arguments: String) async throws -> JSON {
    try await page.evaluate("publisher.socket.request(\(quoted(event)), \(arguments))")
  }

  private static let script = #"""
    async (room, name, token, session, sound) => {
      const { Socket } = await import("/assets/socket.js");
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [320, 200];
      const pen = canvas.getContext("2d");
      let frame = 0;
      setInterval(() => {
        pen.fillStyle = `hsl(${frame++ % 360} 60% 50%)`;
        pen.fillRect(0, 0, 320, 200);
      }, 50);
      const stream = canvas.captureStream(20);
      if (sound) {
        const context = new AudioContext();
        const tone = new OscillatorNode(context);
        const destination = context.createMediaStreamDestination();
        tone.connect(destination);
        tone.start();
        stream.addTrack(destination.stream.getAudioTracks()[0]);
      }
      const certificate = await RTCPeerConnection.generateCertificate({ name: "ECDSA", namedCurve: "P-256" });
      const { value } = certificate.getFingerprints().find(({ algorithm }) => algorithm === "sha-256");
      const digest = value.split(":").map((byte) => String.fromCharCode(parseInt(byte, 16))).join("");
      const fingerprint = btoa(digest).replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
      const socket = new Socket(new URL("/socket.io/", location));
      session ??= Math.random().toString(36).slice(2);
      const connections = new Map();
      const count = { offers: 0, restarts: 0 };
      const send = (to, data) => socket.emit("message", room, { ...data, to });
      const offer = async (id, iceRestart = false) => {
        let connection = connections.get(id);
        if (!connection) {
          connection = new RTCPeerConnection({ certificates: [certificate] });
          connections.set(id, connection);
          for (const track of stream.getTracks()) {
            connection.addTransceiver(track, { direction: "sendonly", streams: [stream] });
          }
          connection.onicecandidate = ({ candidate }) => candidate && send(id, {
            type: "candidate", label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate,
          });
        }
        await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
        count.offers += 1;
        send(id, { type: "offer", sdp: connection.localDescription.sdp });
      };
      socket.on("members", (_, members) => members.filter(({ role }) => role === "viewer").forEach(({ id }) => offer(id)));
      socket.on("otherjoin", (_, id, { role }) => role === "viewer" && offer(id));
      socket.on("bye", (_, id) => {
        connections.get(id)?.close();
        connections.delete(id);
      });
      socket.on("message", async (_, { from, type, sdp, label, id, candidate }) => {
        const connection = connections.get(from);
        if (type === "answer") await connection.setRemoteDescription({ type, sdp });
        if (type === "candidate") await connection?.addIceCandidate({ candidate, sdpMid: id, sdpMLineIndex: label });
        if (type === "restart") {
          count.restarts += 1;
          await offer(from, connection !== undefined);
        }
      });
      const joined = new Promise((resolve, reject) => {
        socket.on("joined", resolve);
        socket.on("full", (_, __, info) => reject(new Error(`refused: ${info?.reason ?? "full"}`)));
      });
      socket.addEventListener("connect", () => socket.emit("join", room, { role: "publisher", name, token, session }));
      socket.connect();
      globalThis.publisher = { socket, connections, count, offer, stream, fingerprint };
      await joined;
    }
    """#
}
