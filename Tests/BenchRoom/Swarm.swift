import Foundation
import Harness
import NIOCore
import NIOPosix

/// Many clients of one server, and their counters. Runs on its own event loop.
///
/// `@unchecked Sendable`: all state is used only on the event loop.
final class Swarm: @unchecked Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let port: Int
  private var clients: [RoomClient] = []
  private var ready = 0
  private var joins = 0
  private var deliveries = 0
  private var losses = 0
  private var goals: [(isReached: () -> Bool, promise: EventLoopPromise<Void>)] = []

  init(port: Int) { self.port = port }

  private var loop: any EventLoop { group.next() }

  /// Connects clients, `atATime` of them at a time, and waits until all have joined their rooms.
  func connect(_ rooms: [[String]], atATime: Int) async throws {
    let bootstrap = ClientBootstrap(group: group)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 1024, maximum: 65_536))
    for start in stride(from: 0, to: rooms.count, by: atATime) {
      let batch = rooms[start..<min(start + atATime, rooms.count)]
      for rooms in batch {
        bootstrap.channelInitializer { [self] channel in
          channel.eventLoop.makeCompletedFuture {
            let client = RoomClient(rooms: rooms, swarm: self)
            clients.append(client)
            try channel.pipeline.syncOperations.addHandler(client)
          }
        }
        .connect(host: "127.0.0.1", port: port).whenFailure { [self] _ in loop.execute { self.lost() } }
      }
      try await wait { [self] in ready >= start + batch.count }
    }
  }

  /// Runs `body` with the clients on the event loop.
  func run(_ body: @escaping @Sendable ([RoomClient]) -> Void) {
    loop.execute { [self] in body(clients) }
  }

  func deliveryCount() async throws -> Int { try await loop.submit { [self] in deliveries }.get() }
  func joinCount() async throws -> Int { try await loop.submit { [self] in joins }.get() }

  func waitForDeliveries(_ count: Int) async throws { try await wait { [self] in deliveries >= count } }
  func waitForJoins(_ count: Int) async throws { try await wait { [self] in joins >= count } }

  func shutdown() async throws {
    run { for client in $0 { client.close() } }
    try await group.shutdownGracefully()
  }

  private func wait(_ isReached: @escaping @Sendable () -> Bool) async throws {
    try await loop.flatSubmit { [self] in
      let promise = loop.makePromise(of: Void.self)
      let limit = loop.scheduleTask(in: .seconds(60)) {
        promise.fail(
          HarnessError("not within a minute; \(self.losses) connections lost, \(self.deliveries) deliveries"))
      }
      promise.futureResult.whenComplete { _ in limit.cancel() }
      goals.append((isReached, promise))
      checkGoals()
      return promise.futureResult
    }.get()
  }

  private func checkGoals() {
    guard !goals.isEmpty else { return }
    goals.removeAll { goal in
      guard goal.isReached() else { return false }
      goal.promise.succeed()
      return true
    }
  }

  // MARK: Called by the clients

  func joined(isReady: Bool) {
    joins += 1
    if isReady { ready += 1 }
    checkGoals()
  }

  func delivered() {
    deliveries += 1
    checkGoals()
  }

  func lost() { losses += 1 }
}
