import Media
import Testing

@testable import Capture

@Suite struct DamageTests {
  private let layout = SurfaceLayout(
    area: PixelRect(x: 0, y: 0, width: 320, height: 256), visible: [PixelRect(x: 0, y: 0, width: 320, height: 256)])
  private let block = PixelRect(x: 32, y: 0, width: 32, height: 32)

  @Test func `a difference counts when a second check still finds it`() {
    var audit = DamageAudit(now: .zero)
    var isWrong = false
    let first = audit.rects(layout)
    #expect(first == [PixelRect(x: 0, y: 0, width: 320, height: 32)])
    isWrong = audit.finish(changed: [block], explained: DirtyRegion(), now: .seconds(1))
    #expect(!isWrong)
    #expect(audit.due == .seconds(1) + DamageAudit.recheckInterval)
    #expect(audit.rects(layout) == first)
    isWrong = audit.finish(changed: [block], explained: DirtyRegion(), now: .seconds(1.1))
    #expect(isWrong)
  }

  @Test func `a difference that damage explains, or that a second check does not find, does not count`() {
    var audit = DamageAudit(now: .zero)
    var isWrong = false
    let explained = DirtyRegion(PixelRect(x: 63, y: 31, width: 5, height: 5))
    isWrong = audit.finish(changed: [block], explained: explained, now: .seconds(1))
    #expect(!isWrong)
    #expect(audit.rects(layout)[0].y == 32)
    isWrong = audit.finish(changed: [block], explained: DirtyRegion(), now: .seconds(2))
    #expect(!isWrong)
    isWrong = audit.finish(changed: [], explained: DirtyRegion(), now: .seconds(2.1))
    #expect(!isWrong)
    isWrong = audit.finish(changed: [block], explained: DirtyRegion(), now: .seconds(3))
    #expect(!isWrong)
  }

  @Test func `the whole screen is checked within four seconds`() {
    var audit = DamageAudit(now: .zero)
    var seen = DirtyRegion()
    while audit.due <= .seconds(4) {
      for rect in audit.rects(layout) { seen.add(rect) }
      _ = audit.finish(changed: [], explained: DirtyRegion(), now: audit.due)
    }
    #expect(seen.rects == layout.visible)
  }

  @Test func `the comparison finds exactly the changed blocks, and updates the picture`() {
    let size = PixelSize(width: 101, height: 67)
    let (picture, fresh) = (PixelBuffer(size), PixelBuffer(size))
    for (x, y) in [(0, 0), (100, 66), (40, 33)] {
      fresh.block.at(x: x, y: y).base.storeBytes(of: 0xff, as: UInt32.self)
    }
    // A difference in the unused byte is no change.
    fresh.block.at(x: 70, y: 0).base.storeBytes(of: 0xff00_0000, as: UInt32.self)
    let changed = BlockDiffer.changedBlocks(in: PixelRect(size), fresh: fresh.block, picture: picture.block)
    #expect(
      changed == [
        PixelRect(x: 0, y: 0, width: 32, height: 32), PixelRect(x: 32, y: 32, width: 32, height: 32),
        PixelRect(x: 96, y: 64, width: 5, height: 3),
      ])
    let region = BlockDiffer.update(picture.block, with: fresh.block, in: PixelRect(size))
    #expect(region.rects.count == 3)
    let rest = BlockDiffer.update(picture.block, with: fresh.block, in: PixelRect(size))
    #expect(rest.isEmpty)
  }
}
