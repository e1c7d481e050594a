import Harness
import Rooms
import Testing

/// The page's Socket.IO client alone, in a browser; a test plays the server.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct SocketModuleTests {
  /// A fake `WebSocket` whose server is the test: `sent` is what the page sent, `sockets` are all that it made.
  private static let fakeSocket = """
    const { Socket } = await import("/assets/socket.js");
    const sockets = [];
    globalThis.WebSocket = class {
      static OPEN = 1;
      readyState = 1;
      sent = [];
      constructor(url) { this.url = String(url); sockets.push(this); }
      send(data) { this.sent.push(data); }
      close() { this.closed = true; }
      receive(data) { this.onmessage({ data }); }
      open(pingInterval = 25000, pingTimeout = 20000, maxPayload = 1000) {
        this.receive("0" + JSON.stringify({ sid: "e", upgrades: [], pingInterval, pingTimeout, maxPayload }));
        this.receive('40{"sid":"s"}');
      }
      get last() { return this.sent.at(-1); }
    };
    const socket = new Socket("http://example.org:8080/path/socket.io/");
    socket.connect();
    """

  @Test func `the Socket_IO client speaks protocol 5`() async throws {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakeSocket)
      const [wire] = sockets;
      const results = [wire.url, socket.emit("early")];
      wire.open();
      results.push(wire.sent.join(), socket.connected);
      const events = [];
      socket.on("said", (...values) => events.push(values));
      wire.receive('42["said",1,{"a":"b"}]');
      wire.receive('427["said",2]');
      wire.receive('42["unknown"]');
      for (const odd of ["", "4", "42", "42{}", "42[", "43", "439[1]", "45", "6", "x", "49[]", "42/other,[1]"]) wire.receive(odd);
      results.push(events, wire.last);
      wire.receive("2");
      results.push(wire.last);
      socket.emit("tell", "é", [null]);
      results.push(wire.last);
      const answer = socket.request("ask", 1);
      results.push(wire.last);
      wire.receive('430[{"ok":true}]');
      results.push(await answer, socket.emit("big", "x".repeat(400)));
      const unanswered = socket.request("ask", 2).catch(({ message }) => message);
      wire.receive("1");
      results.push(await unanswered, socket.connected, wire.closed);
      return results;
      """)
    let expected: JSON = [
      "ws://example.org:8080/path/socket.io/?EIO=4&transport=websocket", false, "40", true,
      [[1, ["a": "b"]], [2]], "437[]", "3", #"42["tell","é",[null]]"#, #"420["ask",1]"#, ["ok": true], false,
      "not connected", false, true,
    ]
    #expect(result == expected)
  }

  @Test func `a lost connection is made again after growing random delays, or at once by connect`() async throws {
    let result = try await RoomBrowser.run(
      """
      const timers = [];
      globalThis.setTimeout = (run, delay) => timers.push({ run, delay });
      globalThis.clearTimeout = (id) => { if (id) timers[id - 1].run = null; };
      const now = () => timers.findLast(({ run }) => run);
      \(Self.fakeSocket)
      const delays = [];
      // Polling, which is tried next, fails too.
      globalThis.fetch = async () => { throw new TypeError("no server"); };
      socket.addEventListener("disconnect", ({ detail }) => delays.push(detail.delay));
      for (let index = 0; index < 12; index++) {
        sockets.at(-1).onclose();
        while (delays.length === index) await null;
        const retry = now();
        if (retry.delay !== delays.at(-1)) throw new Error("the event has another delay");
        retry.run();
      }
      const made = sockets.length;
      await null;
      sockets.at(-1).open();
      sockets.at(-1).onclose();
      socket.connect();
      socket.connect();
      const afterSuccess = delays.at(-1);
      const bases = delays.slice(0, 12).map((delay, index) => delay / Math.min(5000, 500 * 2 ** index));
      return [made, Math.min(...bases) >= 0.5, Math.max(...bases) <= 1.5, new Set(bases).size > 6, afterSuccess <= 750,
        sockets.length];
      """)
    #expect(result == [13, true, true, true, true, 14])
  }

  @Test func `a server silent for longer than pingInterval and pingTimeout is disconnected`() async throws {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakeSocket)
      const wire = sockets[0];
      const lost = new Promise((resolve) => socket.addEventListener("disconnect", () => resolve(performance.now())));
      wire.open(100, 60);
      let last;
      for (let index = 0; index < 4; index++) {
        await new Promise((resolve) => setTimeout(resolve, 80));
        wire.receive("2");
        last = performance.now();
      }
      const silence = await lost - last;
      return [silence >= 155, silence < 1000, wire.closed, wire.sent.filter((packet) => packet === "3").length];
      """)
    #expect(result == [true, true, true, 4])
  }

  /// A fake `fetch` for polling: `requests` are all that were made, each with `answer` and `fail`.
  private static let fakePolling = """
    const { Socket } = await import("/assets/socket.js");
    globalThis.WebSocket = class { constructor() { queueMicrotask(() => this.onclose()); } close() {} };
    const requests = [];
    globalThis.fetch = (url, { method = "GET", body = "" }) => new Promise((resolve, reject) => {
      const answer = (text, status = 200, type = "text/plain") =>
        resolve(new Response(text, { status, headers: { "Content-Type": type } }));
      requests.push({ url: String(url), method, body, answer, fail: () => reject(new TypeError("gone")) });
    });
    const asked = async (count) => {
      while (requests.length < count) await new Promise((resolve) => setTimeout(resolve));
      return requests[count - 1];
    };
    const socket = new Socket("http://example.org/socket.io/");
    const received = [];
    socket.on("said", (value) => received.push(value));
    const lost = new Promise((resolve) => {
      for (const name of ["disconnect", "refused"]) socket.addEventListener(name, ({ detail }) => resolve([name, detail]));
    });
    socket.connect();
    const join = async () => {
      (await asked(1)).answer('0{"sid":"e1","pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}');
      await asked(3);
      const [get, post] = requests.slice(1).sort((one, other) => one.method.localeCompare(other.method));
      post.answer("ok");
      get.answer('40{"sid":"s"}');
      await asked(4);
    };
    """

  @Test func `polling sends one POST at a time, in order, and several packets in one`() async throws {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakePolling)
      await join();
      const isConnected = socket.connected;
      for (let number = 0; number < 5; number++) socket.emit("tell", number);
      const first = await asked(5);
      requests[3].answer('42["said",1]\\x1e42["said",2]\\x1e2');
      await asked(6);
      first.answer("ok");
      const second = await asked(7);
      requests[5].answer("6");
      await asked(8);
      const begin = requests.slice(0, 4).map(({ method, url, body }) => [method, new URL(url).search, body].join(" ")).sort();
      const later = requests.slice(7).map(({ method }) => method);
      return [isConnected, begin, first.body, second.body.split("\\x1e"), received, later];
      """)
    let query = "?EIO=4&transport=polling"
    let expected: JSON = [
      true,
      [
        .string("GET \(query) "), .string("GET \(query)&sid=e1 "), .string("GET \(query)&sid=e1 "),
        .string("POST \(query)&sid=e1 40"),
      ],
      #"42["tell",0]"#, [#"42["tell",1]"#, #"42["tell",2]"#, #"42["tell",3]"#, #"42["tell",4]"#, "3"], [1, 2], ["GET"],
    ]
    #expect(result == expected)
  }

  @Test(arguments: [
    ("requests[3].fail()", "disconnect", "", 0.0),
    (#"requests[3].answer("1")"#, "disconnect", "", 0),
    (#"requests[3].answer("Wait a minute.\n", 429)"#, "disconnect", "Wait a minute.", 429),
    (#"requests[3].answer("<h1>Bad</h1>", 502, "text/html")"#, "disconnect", "", 502),
    (
      #"requests[3].answer('{"code":1,"message":"Session ID unknown"}', 400, "application/json")"#, "disconnect",
      "Session ID unknown", 400
    ),
    (#"requests[3].answer("Not from there.", 403)"#, "disconnect", "Not from there.", 403),
    (#"socket.emit("x"); (await asked(5)).fail()"#, "disconnect", "", 0),
  ])
  func `a failed polling request closes the connection and reports status and text`(
    _ failure: String, _ event: String, _ text: String, _ status: Double
  ) async throws {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakePolling)
      await join();
      \(failure);
      const [name, detail] = await lost;
      return [name, detail.text ?? (name === "refused" ? detail : ""), detail.status ?? 0, socket.connected];
      """)
    #expect(result == [.string(event), .string(text), .number(status), false])
  }

  @Test func `a 403 on the first request is final`() async throws {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakePolling)
      (await asked(1)).answer("Not from there.", 403);
      return [...await lost, requests.length];
      """)
    #expect(result == ["refused", "Not from there.", 1])
  }

  @Test func `a network's login page in place of the server counts as a lost connection`() async throws {
    let result = try await RoomBrowser.run(
      """
      \(Self.fakePolling)
      (await asked(1)).answer("<!DOCTYPE html><title>Welcome to our network</title>", 200, "text/html");
      return [(await lost)[0], requests.length];
      """)
    #expect(result == ["disconnect", 1])
  }
}
