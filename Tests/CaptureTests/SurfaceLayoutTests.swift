import Media
import Testing

@testable import Capture

@Suite struct SurfaceLayoutTests {
  private let screen = PixelSize(width: 300, height: 200)
  private let monitors = [
    DisplayMonitor(
      index: 0, name: "HDMI-1", geometry: PixelRect(x: 0, y: 0, width: 100, height: 100), isPrimary: true),
    DisplayMonitor(
      index: 1, name: "0", geometry: PixelRect(x: 200, y: 50, width: 100, height: 150), isPrimary: false),
  ]

  private func monitor(_ wanted: String) throws -> SurfaceLayout {
    try SurfaceLayout.monitor(wanted, screen: screen, monitors: monitors).layout
  }

  private func region(_ rect: PixelRect) throws -> SurfaceLayout {
    try SurfaceLayout.region(rect, screen: screen, monitors: monitors)
  }

  @Test func `the desktop's visible part is its monitors`() {
    let layout = SurfaceLayout.desktop(screen: screen, monitors: monitors)
    #expect(layout.area == PixelRect(screen))
    #expect(layout.visible == monitors.map(\.geometry))
  }

  @Test func `a monitor is found by name, then by index, then by name in any case`() throws {
    #expect(try monitor("HDMI-1").area == monitors[0].geometry)
    #expect(try monitor("hdmi-1").area == monitors[0].geometry)
    #expect(try monitor("1").area == monitors[1].geometry)
    #expect(try monitor("0").area == monitors[1].geometry)
    #expect(try monitor("1").visible == [PixelRect(x: 0, y: 0, width: 100, height: 150)])
  }

  @Test func `a region is clipped to the screen`() throws {
    let layout = try region(PixelRect(x: 50, y: -10, width: 200, height: 100))
    #expect(layout.area == PixelRect(x: 50, y: 0, width: 200, height: 90))
    #expect(
      layout.visible == [
        PixelRect(x: 0, y: 0, width: 50, height: 90), PixelRect(x: 150, y: 50, width: 50, height: 40),
      ])
  }

  @Test func `mirrored monitors count once`() {
    let mirror = DisplayMonitor(
      index: 2, name: "B", geometry: PixelRect(x: 0, y: 0, width: 80, height: 80), isPrimary: false)
    let layout = SurfaceLayout(area: PixelRect(screen), screen: screen, monitors: [mirror, monitors[0]])
    #expect(layout.visible == [monitors[0].geometry])
  }

  @Test func `an unknown monitor or a region outside the screen is an error that names it`() {
    #expect(throws: DisplayMediaError.self) { try monitor("7") }
    do {
      _ = try region(PixelRect(x: 400, y: 0, width: 10, height: 10))
      Issue.record("a region outside the screen was found")
    } catch let error as DisplayMediaError {
      #expect(error.name.rawValue == "NotFoundError")
      #expect(error.reason == .surfaceNotFound)
      #expect(error.message == "region 10x10+400+0 lies outside the screen, which is 300x200")
    } catch {
      Issue.record(error)
    }
  }
}
