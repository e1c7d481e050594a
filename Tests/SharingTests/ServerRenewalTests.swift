import Media
import RoomProtocol
import Rooms
import Testing
import WebRTC

@testable import Sharing

@Suite struct ServerRenewalAgeTests {
  @Test(arguments: [3600, 54 * 3600, 30 * 86_400, 366 * 86_400] as [Double])
  func `at any age a share's credentials are valid for at least a third of their lifetime`(age: Double) {
    var renewal = ServerRenewal()
    let end = MediaTime.seconds(1000 + age)
    var now = MediaTime.seconds(1000)
    renewal.received(lifetime: 3600, now: now)
    var received = now
    var requests = 0
    while now < end {
      now = renewal.due ?? .distantFuture
      #expect(now - received <= .seconds(2400))
      // The answer comes after two seconds.
      let due = [now, now + .seconds(1), now + .seconds(2)].map { renewal.isDue(now: $0) }
      #expect(due == [true, false, false])
      requests += 1
      received = now
      renewal.received(lifetime: 3600, now: now)
    }
    #expect(requests == Int((age / 2400).rounded(.up)))
  }

  @Test func `an unanswered request is repeated twice a minute`() {
    var renewal = ServerRenewal()
    renewal.received(lifetime: 3600, now: .zero)
    let due = (0..<7200).filter { renewal.isDue(now: .seconds(Double($0))) }
    #expect(due == Array(stride(from: 2400, to: 7200, by: 30)))
  }

  @Test func `servers are stale after two thirds of the lifetime, until fresh ones arrive`() {
    var renewal = ServerRenewal()
    #expect(!renewal.isStale(now: .seconds(1e6)))
    renewal.received(lifetime: 3600, now: .zero)
    #expect(!renewal.isStale(now: .seconds(2399)) && renewal.isStale(now: .seconds(2400)))
    // The machine was asleep; the request is sent and not answered yet.
    let isDue = renewal.isDue(now: .seconds(9000))
    #expect(isDue && renewal.isStale(now: .seconds(9001)))
    renewal.received(lifetime: 3600, now: .seconds(9002))
    #expect(!renewal.isStale(now: .seconds(9003)))
  }

  @Test(arguments: [nil, 0, -5, .nan] as [Double?]) func `without a valid lifetime no request is due`(lifetime: Double?)
  {
    var renewal = ServerRenewal()
    renewal.received(lifetime: 3600, now: .zero)
    renewal.received(lifetime: lifetime, now: .zero)
    #expect(renewal.due == nil)
    #expect(renewal.isDue(now: .seconds(1_000_000)) == false)
  }

  @Test(arguments: [(0.001, 4 * 2 / 3.0), (.infinity, 57_600), (1e300, 57_600)])
  func `extreme lifetimes are clamped to four seconds and a day`(lifetime: Double, wait: Double) {
    var renewal = ServerRenewal()
    renewal.received(lifetime: lifetime, now: .zero)
    #expect(renewal.due == .seconds(wait))
  }
}

@Suite(.timeLimit(.minutes(1))) struct ScreenShareServerTests {
  @Test func `a share gets fresh TURN credentials from its room before the first ones expire`() async throws {
    var rooms = RoomServerConfiguration()
    rooms.turn = Rooms.TURNServer(uris: ["turn:192.0.2.1"], secret: "north", lifetime: 4)
    let server = RoomServer(rooms)
    let port = try await server.start()
    let room = RoomClient(
      SocketIOClientConfiguration(url: "http://127.0.0.1:\(port)"), room: "long", RoomJoin(role: .publisher))
    let stream = Canvas(width: 64, height: 48).captureStream()
    var configuration = RTCConfiguration()
    configuration.iceServers = [RTCIceServer(urls: ["stun:192.0.2.2"])]
    let share = await ScreenShare(stream, in: room, configuration: configuration)
    try await share.start()
    // A user name begins with its expiry time in seconds.
    var names: [String] = []
    while names.count < 2 {
      let servers = await share.configuration.iceServers
      #expect(servers.first?.urls == ["stun:192.0.2.2"] && servers.count <= 2)
      if servers.count == 2, let name = servers[1].username, name != names.last { names.append(name) }
      try await Task.sleep(for: .milliseconds(20))
    }
    let ends = names.compactMap { $0.split(separator: ":").first.flatMap { Int($0) } }
    #expect(ends.count == 2 && ends == ends.sorted())
    await share.stop()
    await server.shutdown()
    for track in stream.getTracks() { track.stop() }
  }
}
