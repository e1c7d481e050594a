import Testing

@testable import RoomProtocol

@Suite struct EngineIOQueueTests {
  private func queue(_ texts: String...) -> EngineIOQueue {
    var queue = EngineIOQueue()
    for text in texts { queue.append(.text(utf8(text))) }
    return queue
  }

  @Test func `packets are taken in order, and counted in bytes`() {
    var queue = queue("4a", "4bb", "4ccc")
    #expect(queue.bytes == 9)
    #expect(queue.takeFirst(2) == [.text(utf8("4a")), .text(utf8("4bb"))])
    #expect(queue.bytes == 4 && queue.frames.count == 1)
  }

  @Test func `more packets asked for than queued empties the queue`() {
    var queue = queue("4a")
    #expect(queue.takeFirst(16).count == 1)
    #expect(queue.isEmpty && queue.bytes == 0)
    #expect(queue.takeFirst(16) == [])
  }

  @Test func `taking all packets empties the queue`() {
    var queue = queue("4a", "4bb")
    #expect(queue.takeAll().count == 2)
    #expect(queue.isEmpty && queue.bytes == 0)
  }
}
