internal import CX11
import Glibc
import Media
import Synchronization

/// A picture in memory shared with the server (MIT-SHM), or in plain memory if that is not available.
///
/// The segment is marked for removal as soon as both sides are attached, so it does not outlive the process.
final class SharedPicture {
  let size: PixelSize
  private let connection: DisplayConnection
  private let image: UnsafeMutablePointer<XImage>
  private let segment: UnsafeMutablePointer<XShmSegmentInfo>?
  /// `0xRRGGBB` pixels, converted for the server; empty if it uses that format itself.
  private var rgbPixels: [UInt32] = []

  init(_ connection: DisplayConnection, size: PixelSize) {
    self.connection = connection
    self.size = size
    if let (image, segment) = Self.share(connection, size) {
      self.image = image
      self.segment = segment
    } else {
      image = Self.allocate(connection, size)
      segment = nil
    }
    let isNative = image.pointee.bits_per_pixel == 32 && image.pointee.byte_order == LSBFirst
    if !isNative || !connection.format.isRGB888 {
      rgbPixels = [UInt32](repeating: 0, count: size.width * size.height)
    }
  }

  deinit {
    if let segment {
      if !connection.isGone {
        XShmDetach(connection.display, segment)
        XSync(connection.display, 0)
      }
      shmdt(segment.pointee.shmaddr)
      segment.deallocate()
      image.pointee.data = nil
    }
    _ = image.pointee.f.destroy_image(image)
  }

  /// Renders the next picture: `body` writes rows of `0xRRGGBB` pixels, `stride` pixels apart.
  ///
  /// The server must have drawn the last picture: call `DisplayConnection.synchronise` in between.
  func render(_ body: (_ pixels: UnsafeMutablePointer<UInt32>, _ stride: Int) -> Void) {
    if rgbPixels.isEmpty {
      image.pointee.data.withMemoryRebound(
        to: UInt32.self, capacity: Int(image.pointee.bytes_per_line) / 4 * size.height
      ) { body($0, Int(image.pointee.bytes_per_line) / 4) }
      return
    }
    rgbPixels.withUnsafeMutableBufferPointer { body($0.baseAddress!, size.width) }
    for y in 0..<size.height {
      for x in 0..<size.width {
        let pixel = connection.format.pixel(Colour(rgb: rgbPixels[y * size.width + x] & 0xFFFFFF))
        _ = image.pointee.f.put_pixel(image, Int32(x), Int32(y), pixel)
      }
    }
  }

  /// Puts the picture at the upper left corner of a drawable.
  func put(on drawable: Drawable) {
    let width = UInt32(size.width)
    let height = UInt32(size.height)
    if segment != nil {
      XShmPutImage(connection.display, drawable.id, connection.context, image, 0, 0, 0, 0, width, height, 0)
    } else {
      XPutImage(connection.display, drawable.id, connection.context, image, 0, 0, 0, 0, width, height)
    }
  }

  private static let attachFailed = Atomic<Bool>(false)

  private static func share(
    _ connection: DisplayConnection, _ size: PixelSize
  ) -> (UnsafeMutablePointer<XImage>, UnsafeMutablePointer<XShmSegmentInfo>)? {
    let display = connection.display
    guard XShmQueryExtension(display) != 0 else { return nil }
    let segment = UnsafeMutablePointer<XShmSegmentInfo>.allocate(capacity: 1)
    segment.initialize(to: XShmSegmentInfo())
    let number = XDefaultScreen(display)
    guard
      let image = XShmCreateImage(
        display, XDefaultVisual(display, number), UInt32(XDefaultDepth(display, number)), ZPixmap, nil, segment,
        UInt32(size.width), UInt32(size.height))
    else {
      segment.deallocate()
      return nil
    }
    let id = shmget(IPC_PRIVATE, Int(image.pointee.bytes_per_line) * size.height, IPC_CREAT | 0o600)
    let address = id < 0 ? nil : shmat(id, nil, 0)
    if let address, Int(bitPattern: address) != -1 {
      segment.pointee.shmid = id
      segment.pointee.shmaddr = address.assumingMemoryBound(to: CChar.self)
      image.pointee.data = segment.pointee.shmaddr
      // A server on another machine refuses; the default error handler would exit the process.
      attachFailed.store(false, ordering: .relaxed)
      XSync(display, 0)
      let handler = XSetErrorHandler { _, _ in
        SharedPicture.attachFailed.store(true, ordering: .relaxed)
        return 0
      }
      XShmAttach(display, segment)
      XSync(display, 0)
      XSetErrorHandler(handler)
      shmctl(id, IPC_RMID, nil)
      if !attachFailed.load(ordering: .relaxed) { return (image, segment) }
      shmdt(address)
    } else if id >= 0 {
      shmctl(id, IPC_RMID, nil)
    }
    image.pointee.data = nil
    _ = image.pointee.f.destroy_image(image)
    segment.deallocate()
    return nil
  }

  private static func allocate(_ connection: DisplayConnection, _ size: PixelSize) -> UnsafeMutablePointer<XImage> {
    let display = connection.display
    let number = XDefaultScreen(display)
    let image = XCreateImage(
      display, XDefaultVisual(display, number), UInt32(XDefaultDepth(display, number)), ZPixmap, 0, nil,
      UInt32(size.width), UInt32(size.height), 32, 0)!
    // Xlib frees it with the image.
    image.pointee.data = calloc(size.height, Int(image.pointee.bytes_per_line)).assumingMemoryBound(to: CChar.self)
    return image
  }
}
