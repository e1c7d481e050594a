import Media
import Synchronization
import Testing

@testable import WebRTC

@Suite(.serialized)
struct NetworkThreadTests {
  private actor Resident {
    nonisolated var unownedExecutor: UnownedSerialExecutor { NetworkThread.shared.asUnownedSerialExecutor() }

    private var log: [String] = []
    private var timers: [NetworkTimer] = []
    private var order: [Int] = []

    var isOnThread: Bool { NetworkThread.shared.isCurrent }

    /// Stands for a callback of a C library on the thread.
    nonisolated func callBack() { assumeIsolated { $0.log.append("called back") } }

    func run() async -> [String] {
      await withCheckedContinuation { continuation in
        NetworkThread.shared.post { [self] in
          callBack()
          continuation.resume()
        }
      }
      return log
    }

    /// Sets timers in a mixed order and returns the order in which they fire.
    func fire() async -> [Int] {
      let begin = MediaTime.now
      await withCheckedContinuation { continuation in
        let milliseconds: [Int64] = [30, 10, 50, 20, 40, 0, 60]
        for delay in milliseconds {
          let timer = NetworkTimer { [self] now in
            #expect(now >= begin + .milliseconds(delay))
            order.append(Int(delay))
            if delay == 60 { continuation.resume() }
          }
          timer.deadline = begin + .milliseconds(delay)
          timers.append(timer)
        }
        // One is cancelled, one is moved.
        timers[3].deadline = nil
        timers[1].deadline = begin + .milliseconds(55)
      }
      #expect(timers.allSatisfy { $0.deadline == nil })
      return order
    }
  }

  @Test func `an actor with the thread as executor runs on it, and can assume isolation in callbacks there`() async {
    let resident = Resident()
    #expect(await resident.isOnThread)
    #expect(!NetworkThread.shared.isCurrent)
    #expect(await resident.run() == ["called back"])
  }

  @Test func `timers fire in the order of their deadlines; a cancelled one does not, a moved one later`() async {
    #expect(await Resident().fire() == [0, 30, 40, 50, 10, 60])
  }

  @Test func `posted closures run in order`() async {
    let log = Mutex<[Int]>([])
    await withCheckedContinuation { continuation in
      for number in 0..<1000 { NetworkThread.shared.post { log.withLock { $0.append(number) } } }
      NetworkThread.shared.post { continuation.resume() }
    }
    #expect(log.withLock { $0 } == Array(0..<1000))
  }

  @Test func `a full inbox drops elements and returns false`() async {
    let taken = Mutex<[Int]>([])
    let inbox = NetworkInbox<Int>(capacity: 3) { number in taken.withLock { $0.append(number) } }
    await withCheckedContinuation { continuation in
      // Offered on the thread itself, which therefore cannot empty the inbox meanwhile.
      NetworkThread.shared.post {
        #expect((0..<5).map { inbox.offer($0) } == [true, true, true, false, false])
        NetworkThread.shared.post { continuation.resume() }
      }
    }
    #expect(taken.withLock { $0 } == [0, 1, 2])
    #expect(inbox.offer(9))
  }
}
