internal import Logging
internal import RoomProtocol

/// The server's log: what was refused and why. No secrets, no room's name, and no more lines than a disk and its reader
/// can bear.
struct ServerLog {
  enum Notice: String {
    case throttled = "a client is made to wait: it sends more than it may"
  }

  private let logger: Logger
  private var rate: RateLimit
  private var suppressed = 0
  private static let allowed = Allowance(perSecond: 5, burst: 100)

  init(_ logger: Logger, now: MonotonicTime) {
    self.logger = logger
    rate = RateLimit(Self.allowed, now: now)
  }

  mutating func refused(_ reason: Refusal, _ client: ClientAddress, _ detail: String?, now: MonotonicTime) {
    write("refused", ["reason": .string(reason.rawValue), "client": .string("\(client)")], detail, now: now)
  }

  mutating func notice(_ notice: Notice, _ client: ClientAddress, now: MonotonicTime) {
    write(notice.rawValue, ["client": .string("\(client)")], nil, now: now)
  }

  func info(_ message: String, _ metadata: Logger.Metadata = [:]) { logger.info("\(message)", metadata: metadata) }
  func warn(_ message: String) { logger.warning("\(Self.harmless(message))") }
  func debug(_ message: String) { logger.debug("\(Self.harmless(message))") }

  private mutating func write(
    _ message: String, _ metadata: Logger.Metadata, _ detail: String?, now: MonotonicTime
  ) {
    guard rate.take(1, Self.allowed, now: now) else {
      // What is not said costs nothing.
      rate.giveBack(1)
      suppressed += 1
      return
    }
    var metadata = metadata
    if let detail { metadata["detail"] = .string(Self.harmless(detail)) }
    if suppressed > 0 { metadata["suppressedBefore"] = .stringConvertible(suppressed) }
    suppressed = 0
    logger.notice("\(message)", metadata: metadata)
  }

  /// Text of strangers, without what could play tricks on whoever reads it, and short.
  static func harmless(_ text: String, count: Int = 200) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(count).map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: "\u{fffd}"
          default: scalar
          }
        }))
  }
}
