import Foundation
import Harness
import NIOCore
import NIOPosix
import RoomProtocol
import Testing

@testable import Rooms

/// A server whose host has several addresses.
@Suite(.timeLimit(.minutes(1))) struct DialerTests {
  /// Resolves every name to this machine's loopback addresses of both families.
  private final class BothFamilies: Resolver, Sendable {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
      loop.makeCompletedFuture { [try SocketAddress(ipAddress: "127.0.0.1", port: port)] }
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
      loop.makeCompletedFuture { [try SocketAddress(ipAddress: "::1", port: port)] }
    }

    func cancelQueries() {}
  }

  private static let connect: Dialer.Connector = { loop, place, limit, attempt in
    ClientBootstrap(group: loop)
      .resolver(BothFamilies(loop))
      .connectTimeout(limit)
      .channelOption(.autoRead, value: false)
      .channelInitializer { channel in
        attempt(channel)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .connect(host: place.host, port: place.port)
  }

  /// IPv6 is tried first and refused: the server listens only on IPv4.
  @Test(arguments: SocketIOClientConfiguration.Transport.allCases, [false, true])
  func `a refused first address does not prevent a connection to the second`(
    transport: SocketIOClientConfiguration.Transport, isSecure: Bool
  ) async throws {
    let folder = try TemporaryDirectory()
    let certificate = try await TestCertificate.make("mine", in: folder)
    let served = RoomServerConfiguration.with {
      guard isSecure else { return }
      $0.server.certificate = CertificateFiles(certificate: certificate.certificate.path, key: certificate.key.path)
    }
    try await ServedRooms.run(served) { rooms in
      var configuration = SocketIOClientConfiguration(url: "\(isSecure ? "https" : "http")://localhost:\(rooms.port)")
      configuration.transport = transport
      configuration.trustedCertificates = certificate.certificate.path
      let wanted = configuration
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let dialer = try Dialer(configuration, environment: [:], connect: Self.connect)
      let id = try await loop.flatSubmit {
        let client = ReconnectingClient(wanted, loop)
        let bound = NIOLoopBound(client, eventLoop: loop)
        return client.connect(dialer).flatMap { id in bound.value.close().map { id } }
      }.get()
      #expect(!id.isEmpty)
      if !isSecure { #expect(try rooms.metric("sessions_total") == 1, "the client tried another transport or version") }
    }
  }
}
