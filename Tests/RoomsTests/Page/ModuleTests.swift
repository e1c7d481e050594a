import Harness
import Rooms
import Testing

/// Each of the page's modules alone, in a browser.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct ModuleTests {
  @Test func `names and messages are made harmless`() async throws {
    let result = try await RoomBrowser.run(
      #"""
      const { harmless, harmlessName, initial } = await import("/assets/text.js");
      return [
        harmless("two\r\nlines\tand \u202Eturned\u2066 \u0007\u0085"), harmless(undefined), harmless("x".repeat(9000)).length,
        [...harmless("😀".repeat(5000))].length, harmless("שלום \u200Fאבג"),
        harmlessName("  a\nb \u200B\u202E "), harmlessName("\u200B\u2060 \u3164"), harmlessName(null), harmlessName({}),
        [...harmlessName("👩‍🚀".repeat(99))].length, harmlessName("فارسی‌زبان"),
        initial("élan"), initial("<b>"), initial("👩‍🚀 zoe"), initial("✓"), initial("e\u0301a"),
      ];
      """#)
    let expected: JSON = [
      "two\nlines and \u{FFFD}turned\u{FFFD} \u{FFFD}\u{FFFD}", "", 4000, 4000, "שלום \u{200F}אבג", "a b \u{FFFD}",
      "Guest", "Guest", "Guest", 60, "فارسی‌زبان", "É", "B", "Z", "", "E\u{301}",
    ]
    #expect(result == expected)
  }

  @Test func `web addresses in a message become links that show their target, other text stays text`() async throws {
    let result = try await RoomBrowser.run(
      #"""
      const { linked } = await import("/assets/links.js");
      const { harmless } = await import("/assets/text.js");
      const written = (text) => linked(harmless(text))
        .map((piece) => typeof piece === "string" ? piece : `[${piece.getAttribute("href")}|${piece.textContent}]`).join("");
      const [link] = linked("https://example.org/");
      return [
        [link.localName, link.rel, link.target, link.getAttributeNames().length],
        [
          "see https://example.org/a?b=c#d, or http://example.org.", "(https://en.wikipedia.org/wiki/Oriel_(window))",
          "[https://example.org/x]", "<https://example.org/a>", "\"https://example.org/a\"!", "HTTPS://Example.ORG/A",
          "https://example.org/ä b", "https://exаmple.org", "http://[::1]:8080/x", "https://example.org…",
          "two https://a.example https://b.example", "https://a.example\nhttps://b.example",
        ].map(written),
        [
          "javascript:alert(1)", "data:text/html,x", "ftp://example.org", "https://", "http:///", "xhttps://example.org",
          "mailto:a@example.org", "https://user:password@example.org/", "https://example.org@evil.example/",
          "http://%zz", "//example.org", "www.example.org", "https:example.org",
        ].filter((text) => written(text) !== text),
        [
          "https://example.org/\u202Egnp.exe", "https://example.org/\u200Bx", "https://example.org\u2066/x", "https://example.org/\u00ADx",
        ].map(written),
        written("javascript:https://example.org"), linked("").length, written("x".repeat(3000)).length,
      ];
      """#)
    func link(_ address: String) -> String { "[\(address)|\(address)]" }
    let example = link("https://example.org/")
    let expected: JSON = [
      ["a", "noopener noreferrer", "_blank", 3],
      .array(
        [
          "see \(link("https://example.org/a?b=c#d")), or \(link("http://example.org/")).",
          "(\(link("https://en.wikipedia.org/wiki/Oriel_(window)")))", "[\(link("https://example.org/x"))]",
          "<\(link("https://example.org/a"))>", "\"\(link("https://example.org/a"))\"!", link("https://example.org/A"),
          "\(link("https://example.org/%C3%A4")) b", link("https://xn--exmple-4nf.org/"), link("http://[::1]:8080/x"),
          "\(example)…", "two \(link("https://a.example/")) \(link("https://b.example/"))",
          "\(link("https://a.example/"))\n\(link("https://b.example/"))",
        ].map { .string($0) }),
      [],
      .array(["\u{FFFD}gnp.exe", "\u{200B}x", "\u{FFFD}/x", "\u{AD}x"].map { .string(example + $0) }),
      .string("javascript:\(example)"), 0, 3000,
    ]
    #expect(result == expected)
  }

  @Test func `a room with a random name is titled by its presenters' names`() async throws {
    let result = try await RoomBrowser.run(
      """
      const { roomTitle } = await import("/assets/words.js");
      const random = "mx2jd5a7qlwkzc3u6hbtnryvfo";
      return [roomTitle("standup", ["Ann"]), roomTitle(random, []), roomTitle(random, ["Presenter"]), roomTitle(random, ["Ann"]),
        roomTitle(random, ["Ann", "Ben", "Cleo"]), roomTitle(random.slice(1), []), roomTitle(random.toUpperCase(), [])]
        .map((title) => title.replace(/[\\u2066-\\u2069]/g, ""));
      """)
    let expected: JSON = [
      "standup", "Screen share", "Screen share", "Screen of Ann", "Screen of Ann, Ben and 1 other",
      "x2jd5a7qlwkzc3u6hbtnryvfo", "MX2JD5A7QLWKZC3U6HBTNRYVFO",
    ]
    #expect(result == expected)
  }

  @Test func `a link's token is removed from the address bar, its fingerprints stay`() async throws {
    let result = try await RoomBrowser.run(
      """
      const { roomName, takeLink, invitation } = await import("/assets/link.js");
      const rooms = ["/room/a_B-9", "/under/room/x", "/room/" + "x".repeat(64), "/room/" + "x".repeat(65), "/room/", "/room/a b",
        "/room/%61", "/room/é"].map(roomName);
      const takes = (fragment) => {
        history.replaceState(null, "", "/assets/text.js" + fragment);
        const [first, left, again] = [takeLink(), location.hash, takeLink()];
        const isSame = JSON.stringify(first) === JSON.stringify(again);
        return [first.token ?? null, first.fingerprints, left, isSame, new URL(invitation(first)).hash];
      };
      return [rooms.map((room) => room?.length ?? null), takes("#token=a%26b%23c"), takes(""), takes("#fp=A-_,B"),
        takes("#token=x&fp=A&fp=B"), takes("#fp=")];
      """)
    let expected: JSON = [
      [5, 1, 64, .null, .null, .null, .null, .null],
      ["a&b#c", .null, "", true, "#token=a%26b%23c"],
      [.null, .null, "", true, ""],
      [.null, ["A-_", "B"], "#fp=A-_,B", true, "#fp=A-_,B"],
      ["x", ["A", "B"], "#fp=A,B", true, "#fp=A,B&token=x"],
      [.null, [""], "#fp=", true, "#fp="],
    ]
    #expect(result == expected)
  }

  @Test func `every state of the room has a header line and a title`() async throws {
    let result = try await RoomBrowser.run(
      """
      const { noticeWords, roomWords, peerWords, refusedWords } = await import("/assets/words.js");
      const at = { now: 1000, publishers: [], watching: [] };
      const states = [
        ...["connecting", "joining", "removed", "nowhere", "in"].map((phase) => ({ phase })),
        ...["token", "locked", "publisher", "name", "rooms", "rate", "removed", "other", ""]
          .map((reason) => ({ phase: "refused", reason })),
        { phase: "lost", retryAt: 4001 }, { phase: "lost", again: true, retryAt: 900 }, { phase: "full", retryAt: 16000 },
        { phase: "unsupported", missing: "vp8" }, { phase: "unsupported", missing: "webrtc" },
      ];
      const empty = states.filter((state) => {
        const { mood, line, title } = roomWords(state, at);
        return ![mood, line, title].every((text) => text?.length > 2 && !/undefined|NaN/.test(text));
      });
      const line = (state, more = {}) => roomWords(state, { ...at, ...more }).line.replace(/[\\u2066-\\u2069]/g, "");
      const peers = ["waiting", "connecting", "unsteady", "live"].map((state) => peerWords({ state }, "Ann")?.title);
      const causes = ["dtls", "unaddressed", "norelay", "relaydown", "refused", "nopath"]
        .map((cause) => peerWords({ state: "failed", cause }, "Ann").text);
      return [
        empty, line(states[14]), line(states[15]), line(states[16]),
        line({ phase: "in" }, { publishers: ["A"] }), line({ phase: "in" }, { watching: ["A", "B"] }),
        line({ phase: "in" }, { watching: ["A", "B", "C"] }), line({ phase: "in" }, { watching: ["A", "B", "C", "D"] }),
        line({ phase: "in" }, { watching: ["A", "B"], paused: ["A"] }), line({ phase: "in" }, { watching: ["A"], paused: ["A"] }),
        line({ phase: "in" }, { watching: ["A", "B"], slow: ["B"] }),
        line({ phase: "in" }, { watching: ["A", "B"], paused: ["A"], slow: ["B"] }),
        noticeWords(new Map([["slow", "Slow."], ["paused", "-"]]), "Ann").title,
        noticeWords(new Map([["slow", "Slow."], ["odd", "Odd."]]), "Ann"), noticeWords(new Map(), "Ann"),
        line({ phase: "removed", reason: "expired" }), roomWords({ phase: "lost", status: 502 }, at).text,
        roomWords({ phase: "lost", again: true, status: 503, reason: "Full." }, at).text.replace(/[\\u2066-\\u2069]/g, ""),
        peers.every(Boolean), peerWords({ state: "live", pictured: true }, "Ann"), new Set(causes).size,
        ["length", "rate", "room", "no answer", "not connected", "odd", undefined].map(refusedWords).every(Boolean),
      ];
      """)
    let expected: JSON = [
      [], "The room does not answer. Trying again in 4\u{A0}s", "Connection to the room lost. Trying again",
      "The room is full. Trying again in 15\u{A0}s", "Connecting to A…", "Watching A and B",
      "Watching A, B and 1 other",
      "Watching A, B and 2 others", "Watching A and B", "A paused", "Watching A and B",
      "The connection to B is too slow", "Paused", "Odd.", .null, "Your time in this room is over",
      "Trying again. Something else answers (HTTP 502): perhaps a proxy or another server.",
      "Trying again. The server says: Full.", true, .null, 6, true,
    ]
    #expect(result == expected)
  }

  @Test func `the earlier of sound and picture is delayed until they are in step`() async throws {
    let result = try await RoomBrowser.run(
      """
      const { Synchrony } = await import("/assets/synchrony.js");
      const receivers = ["audio", "video"].map((kind) => ({ track: { kind }, jitterBufferTarget: null }));
      const synchrony = new Synchrony();
      // The delay of each without a target, and its present delay: a buffer changes its delay slowly.
      const [own, delays, held] = [[130, 60], [130, 60], [0, 0]];
      let [now, count] = [0, 0];
      const run = (milliseconds, isMoving = true) => {
        for (const end = now + milliseconds; now < end; now += 250) {
          count++;
          const report = receivers.map(({ track, jitterBufferTarget }, index) => {
            const wanted = Math.max(own[index], jitterBufferTarget ?? 0);
            delays[index] += Math.max(-25, Math.min(25, wanted - delays[index]));
            held[index] += delays[index] / 1000;
            return [index, {
              type: "inbound-rtp", kind: track.kind, timestamp: now, estimatedPlayoutTimestamp: now - delays[index],
              jitterBufferTargetDelay: held[index], jitterBufferEmittedCount: count, framesDecoded: isMoving ? count : 1,
            }];
          });
          synchrony.sample(new Map(report), receivers, now);
        }
        const late = delays[0] - delays[1];
        return [late >= -30 && late <= -20, receivers.map(({ jitterBufferTarget }) => jitterBufferTarget !== null)];
      };
      const results = [run(5000, false), run(10000)];
      own[0] = 90;
      results.push(run(10000));
      own[0] = 20;
      results.push(run(15000));
      own[0] = 150;
      results.push(run(15000));
      return results;
      """)
    #expect(
      result == [
        [false, [false, true]], [true, [false, true]], [true, [false, true]], [true, [true, false]],
        [true, [false, true]],
      ])
  }

  @Test func `statistics are computed over the time between two reports`() async throws {
    let result = try await RoomBrowser.run(
      """
      const { Meter, Judge, rows } = await import("/assets/statistics.js");
      const report = (values) => new Map([
        { id: "v", type: "inbound-rtp", kind: "video", ssrc: 1, codecId: "c", frameWidth: 1920, frameHeight: 1080,
          packetsLost: 0, packetsReceived: 0, framesDecoded: 0, framesDropped: 0, bytesReceived: 0, jitterBufferDelay: 0,
          jitterBufferEmittedCount: 0, totalDecodeTime: 0, timestamp: 0, ...values },
        { id: "c", type: "codec", mimeType: "video/VP8" },
        { id: "t", type: "transport", selectedCandidatePairId: "p" },
        { id: "p", type: "candidate-pair", localCandidateId: "l", remoteCandidateId: "r", currentRoundTripTime: 0.04 },
        { id: "l", type: "local-candidate", candidateType: "relay", protocol: "udp", relayProtocol: "tcp" },
        { id: "r", type: "remote-candidate", candidateType: "host" },
      ].map((entry) => [entry.id, entry]));
      const meter = new Meter();
      const first = meter.sample(report({}));
      const second = meter.sample(report({
        timestamp: 2000, packetsLost: 10, packetsReceived: 90, framesDecoded: 50, framesDropped: 50, bytesReceived: 250000,
        jitterBufferDelay: 3, jitterBufferEmittedCount: 100, totalDecodeTime: 0.5,
      }));
      const other = meter.sample(report({ ssrc: 2, framesDecoded: 900, timestamp: 3000 }));
      const judge = new Judge();
      const verdicts = [];
      for (let index = 0; index < 6; index++) verdicts.push(judge.judge({ loss: 0.2 }) !== null);
      for (let index = 0; index < 6; index++) verdicts.push(judge.judge({ loss: 0 }) !== null);
      return [first.fps ?? null, meter.sample(new Map()), other.fps ?? null, Object.fromEntries(rows(second)), verdicts,
        rows(first).length];
      """)
    let expected: JSON = [
      .null, .null, .null,
      [
        "Picture": "1920×1080", "Frames": "25 a second", "Rate": "1.0 Mbit/s", "Loss": "10.0 %",
        "Delay, about": "60 ms",
        "Round trip": "40 ms", "Frames dropped": "50.0 %", "Freezes": "–", "Codec": "VP8", "Path": "relayed, TCP",
        "Sound": "none",
      ],
      [false, false, false, true, true, true, true, true, false, false, false, false], 11,
    ]
    #expect(result == expected)
  }

  @Test(arguments: [
    ("unaddressed", "[]", "[]", "[]"),
    ("norelay", "[]", "[{ type: 'remote-candidate' }]", "[]"),
    ("relaydown", "[{ urls: 'turn:a' }]", "[{ type: 'remote-candidate' }]", "[701]"),
    ("refused", "[{ urls: ['turns:a'] }]", "[{ type: 'remote-candidate' }]", "[701, 401]"),
    (
      "nopath", "[{ urls: 'turn:a' }]",
      "[{ type: 'remote-candidate' }, { type: 'local-candidate', candidateType: 'relay' }]", "[]"
    ),
  ])
  func `a failed connection has a cause, and a restart is requested`(
    _ cause: String, _ servers: String, _ reports: String, _ errors: String
  ) async throws {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakeConnection)
      const { Peer } = await import("/assets/peer.js");
      const sent = [];
      const peer = new Peer({ id: "p", iceServers: \(servers), send: (data) => sent.push(data), admits: () => true });
      peer.take({ type: "offer", sdp: "v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\n" });
      await until(() => sent.length > 0);
      const [connection] = connections;
      connection.reports = \(reports);
      for (const errorCode of \(errors)) connection.onicecandidateerror({ errorCode });
      connection.become("failed");
      await until(() => peer.state === "failed");
      return [peer.cause, sent.filter(({ type }) => type !== "candidate").map(({ type }) => type)];
      """)
    #expect(result == [.string(cause), ["answer", "restart"]])
  }

  @Test func `a peer answers before it sends candidates, keeps early ones, and opens a connection per session id`()
    async throws
  {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakeConnection)
      const { Peer } = await import("/assets/peer.js");
      const sent = [];
      const peer = new Peer({ id: "p", iceServers: [], send: (data) => sent.push(data), admits: () => true });
      const offer = (session) => ({ type: "offer", sdp: `v=0\\r\\no=- ${session} 1 IN IP4 0.0.0.0\\r\\n` });
      for (const odd of [{}, { type: "offer" }, { type: "candidate" }, { type: "answer", sdp: "" }, { type: 7 }]) peer.take(odd);
      peer.take({ type: "candidate", label: 0, id: "0", candidate: "early" });
      peer.take(offer(1));
      await until(() => sent.length === 3);
      peer.take({ type: "candidate", label: 0, id: "0", candidate: "late" });
      peer.take(offer(1));
      await until(() => sent.length === 6);
      const order = sent.map(({ type, candidate }) => candidate ?? type);
      peer.take(offer(2));
      await until(() => connections.length === 2);
      await until(() => sent.length === 9);
      const closedFirst = connections[0].closed;
      peer.close();
      peer.take(offer(3));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return [order, connections[0].added, closedFirst, connections[1].closed, connections.length, peer.state];
      """)
    let expected: JSON = [
      ["answer", "candidate:1", "", "answer", "candidate:1", ""], ["early", "late"], true, true, 2, "closed",
    ]
    #expect(result == expected)
  }

  /// A fake `RTCPeerConnection` that gathers its candidates at once. `connections` are all that were made.
  private static let fakeConnection = """
    const connections = [];
    globalThis.RTCPeerConnection = class {
      added = [];
      reports = [];
      connectionState = "new";
      iceConnectionState = "new";
      constructor(configuration) { this.configuration = configuration; connections.push(this); }
      getConfiguration() { return { iceServers: [], ...this.configuration }; }
      async setRemoteDescription(description) { this.remoteDescription = description; }
      async createAnswer() { return { type: "answer", sdp: "answer" }; }
      async setLocalDescription(description) {
        this.localDescription = description;
        this.onicecandidate({ candidate: { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 } });
        this.onicecandidate({ candidate: { candidate: "", sdpMid: "0", sdpMLineIndex: 0 } });
        this.onicecandidate({ candidate: null });
      }
      async addIceCandidate({ candidate }) { this.added.push(candidate); }
      getTransceivers() { return []; }
      getReceivers() { return []; }
      async getStats() { return new Map(this.reports.map((report, index) => [index, report])); }
      become(state) { this.connectionState = state; this.onconnectionstatechange(); }
      close() { this.closed = true; }
    };
    const until = async (condition) => {
      for (let tries = 0; !condition(); tries++) {
        if (tries > 500) throw new Error(`not: ${condition}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    """
}
