import CX11
import Glibc
import TestSupport
import Testing

@testable import Capture

@Suite struct XConnectionTests {
  @Test func `a server's error reply is returned, and the connection stays usable`() async throws {
    let server = try await XServer()
    let connection = try XConnection(server.display)
    // A picture of more than the screen: BadMatch of GetImage.
    let error = connection.trap {
      _ = XGetImage(connection.display, connection.root, 600, 0, 100, 10, UInt.max, ZPixmap)
    }
    #expect(error == XRequestError(code: 8, request: 73, minor: 0))
    #expect(connection.takeError() == nil)
    #expect(!connection.isBroken)
  }

  @Test func `a killed server breaks its connection, but not one to another server`() async throws {
    let (gone, other) = try await (XServer(), XServer())
    let (first, second) = (try XConnection(gone.display), try XConnection(other.display))
    try await gone.stop(SIGKILL)
    while !first.isBroken { first.synchronize() }
    #expect(first.rootSize == nil)
    #expect(second.rootSize != nil)
    #expect(!second.isBroken)
  }
}
