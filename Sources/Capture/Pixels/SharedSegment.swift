import CX11
import Glibc

/// Memory shared with the X server (System V, MIT-SHM).
///
/// The segment is marked for removal as soon as both sides have attached it: the kernel frees it when both have detached it,
/// also after `kill -9`. Used by the connection's thread only.
final class SharedSegment {
  private let connection: XConnection
  /// On the heap: `XShmCreateImage` keeps its address.
  let info: UnsafeMutablePointer<XShmSegmentInfo>
  let base: UnsafeMutableRawPointer
  private var isAttached = false

  /// Nil where the server has no MIT-SHM, refuses, or cannot access this machine's segments (remote, or in a container).
  /// - Parameter byteCount: of the segment, which is initially zero.
  init?(_ connection: XConnection, byteCount: Int) {
    guard XShmQueryExtension(connection.display) != 0 else { return nil }
    let identifier = shmget(IPC_PRIVATE, byteCount, IPC_CREAT | 0o600)
    guard identifier >= 0 else { return nil }
    guard let address = shmat(identifier, nil, 0), Int(bitPattern: address) != -1 else {
      shmctl(identifier, IPC_RMID, nil)
      return nil
    }
    self.connection = connection
    base = address
    info = .allocate(capacity: 1)
    info.initialize(
      to: XShmSegmentInfo(
        shmseg: 0, shmid: identifier, shmaddr: address.assumingMemoryBound(to: CChar.self), readOnly: 0))
    let error = connection.trap { XShmAttach(connection.display, info) }
    shmctl(identifier, IPC_RMID, nil)
    isAttached = error == nil && !connection.isBroken
    guard isAttached, isSeenByServer() else { return nil }
  }

  deinit {
    if isAttached { XShmDetach(connection.display, info) }
    // The server must have freed its pixmaps and detached the segment before a later segment replaces it.
    connection.synchronize()
    shmdt(base)
    info.deallocate()
  }

  /// Has the server write a pixel: a remote server may have attached another segment with the same identifier.
  private func isSeenByServer() -> Bool {
    let display = connection.display
    let screen = XDefaultScreen(display)
    let image = XShmCreateImage(
      display, XDefaultVisual(display, screen), UInt32(XDefaultDepth(display, screen)), ZPixmap, info.pointee.shmaddr,
      info, 1, 1)
    guard let image else { return false }
    defer {
      image.pointee.data = nil
      _ = oriel_destroy_image(image)
      base.storeBytes(of: 0, as: UInt32.self)
    }
    // The pixel may equal one pattern, but not both.
    return [UInt32(0x5a5a_5a5a), 0xa5a5_a5a5].contains { pattern in
      base.storeBytes(of: pattern, as: UInt32.self)
      return XShmGetImage(display, connection.root, image, 0, 0, UInt.max) != 0
        && base.load(as: UInt32.self) != pattern
    }
  }
}
