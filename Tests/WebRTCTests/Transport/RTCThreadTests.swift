import Media
import Synchronization
import Testing

@testable import WebRTC

@Suite(.serialized)
struct RTCThreadTests {
  private actor Resident {
    nonisolated var unownedExecutor: UnownedSerialExecutor { RTCThread.shared.asUnownedSerialExecutor() }

    private var log: [String] = []
    private var timers: [RTCTimer] = []
    private var order: [Int] = []

    var isOnThread: Bool { RTCThread.shared.isCurrent }

    /// Something that a C library calls back on the thread.
    nonisolated func callBack() { assumeIsolated { $0.log.append("called back") } }

    func run() async -> [String] {
      await withCheckedContinuation { continuation in
        RTCThread.shared.post { [self] in
          callBack()
          continuation.resume()
        }
      }
      return log
    }

    /// Arms timers in disorder and gives the order in which they fire.
    func fire() async -> [Int] {
      let begin = MediaTime.now
      await withCheckedContinuation { continuation in
        let milliseconds: [Int64] = [30, 10, 50, 20, 40, 0, 60]
        for delay in milliseconds {
          let timer = RTCTimer { [self] now in
            #expect(now >= begin + .milliseconds(delay))
            order.append(Int(delay))
            if delay == 60 { continuation.resume() }
          }
          timer.deadline = begin + .milliseconds(delay)
          timers.append(timer)
        }
        // One is taken back, one is moved.
        timers[3].deadline = nil
        timers[1].deadline = begin + .milliseconds(55)
      }
      #expect(timers.allSatisfy { $0.deadline == nil })
      return order
    }
  }

  @Test func `an actor lives on the thread, and callbacks there are its own`() async {
    let resident = Resident()
    #expect(await resident.isOnThread)
    #expect(!RTCThread.shared.isCurrent)
    #expect(await resident.run() == ["called back"])
  }

  @Test func `timers fire in the order of their times, unless taken back or moved`() async {
    #expect(await Resident().fire() == [0, 30, 40, 50, 10, 60])
  }

  @Test func `what is posted runs in order`() async {
    let log = Mutex<[Int]>([])
    await withCheckedContinuation { continuation in
      for number in 0..<1000 { RTCThread.shared.post { log.withLock { $0.append(number) } } }
      RTCThread.shared.post { continuation.resume() }
    }
    #expect(log.withLock { $0 } == Array(0..<1000))
  }

  @Test func `a full inbox drops and says so`() async {
    let taken = Mutex<[Int]>([])
    let inbox = RTCInbox<Int>(capacity: 3) { number in taken.withLock { $0.append(number) } }
    await withCheckedContinuation { continuation in
      // The thread is kept busy meanwhile, by being the one that offers.
      RTCThread.shared.post {
        #expect((0..<5).map { inbox.offer($0) } == [true, true, true, false, false])
        RTCThread.shared.post { continuation.resume() }
      }
    }
    #expect(taken.withLock { $0 } == [0, 1, 2])
    #expect(inbox.offer(9))
  }
}
