import CX11
import Media
import TestSupport

@testable import Capture

/// Changes the layout of monitors, as xrandr does.
extension Painter {
  /// Lays out monitors; the first replaces the server's own.
  func setMonitors(_ monitors: [(name: String, geometry: PixelRect)]) throws {
    guard let resources = XRRGetScreenResourcesCurrent(display, connection.root) else { throw HarnessError("RandR") }
    defer { XRRFreeScreenResources(resources) }
    for (index, monitor) in monitors.enumerated() {
      guard let info = XRRAllocateMonitor(display, index == 0 ? 1 : 0) else { throw HarnessError("XRRAllocateMonitor") }
      defer { XRRFreeMonitors(info) }
      info.pointee.name = XInternAtom(display, monitor.name, 0)
      info.pointee.x = Int32(monitor.geometry.x)
      info.pointee.y = Int32(monitor.geometry.y)
      info.pointee.width = Int32(monitor.geometry.width)
      info.pointee.height = Int32(monitor.geometry.height)
      info.pointee.primary = index == 0 ? 1 : 0
      if index == 0 { info.pointee.outputs[0] = resources.pointee.outputs[0] }
      XRRSetMonitor(display, connection.root, info)
    }
    connection.synchronize()
  }

  func removeMonitor(_ name: String) {
    XRRDeleteMonitor(display, connection.root, XInternAtom(display, name, 0))
    connection.synchronize()
  }

  /// Gives the screen another size, at most the one it was started with.
  func resizeScreen(_ width: Int, _ height: Int) throws {
    guard let resources = XRRGetScreenResourcesCurrent(display, connection.root) else { throw HarnessError("RandR") }
    defer { XRRFreeScreenResources(resources) }
    let (output, controller) = (resources.pointee.outputs[0], resources.pointee.crtcs[0])
    let name = "\(width)x\(height)"
    let mode: RRMode = name.withCString { text in
      var info = XRRModeInfo()
      info.width = UInt32(width)
      info.height = UInt32(height)
      info.name = UnsafeMutablePointer(mutating: text)
      info.nameLength = UInt32(name.utf8.count)
      return XRRCreateMode(display, connection.root, &info)
    }
    XRRAddOutputMode(display, output, mode)
    var outputs = [output]
    XRRSetCrtcConfig(display, resources, controller, 0, 0, 0, 0, UInt16(RR_Rotate_0), nil, 0)
    XRRSetScreenSize(display, connection.root, Int32(width), Int32(height), 100, 100)
    XRRSetCrtcConfig(display, resources, controller, 0, 0, 0, mode, UInt16(RR_Rotate_0), &outputs, 1)
    connection.synchronize()
  }
}
