internal import Logging
internal import Media
internal import RoomProtocol

/// The server's log: refusals and their reasons. It contains no secrets and no room names, and limits its rate.
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
  func warn(_ message: String) { logger.warning("\(Self.sanitized(message))") }
  func debug(_ message: String) { logger.debug("\(Self.sanitized(message))") }

  private mutating func write(
    _ message: String, _ metadata: Logger.Metadata, _ detail: String?, now: MonotonicTime
  ) {
    guard rate.take(1, Self.allowed, now: now) else {
      // A suppressed line costs nothing.
      rate.refund(1)
      suppressed += 1
      return
    }
    var metadata = metadata
    if let detail { metadata["detail"] = .string(Self.sanitized(detail)) }
    if suppressed > 0 { metadata["suppressedBefore"] = .stringConvertible(suppressed) }
    suppressed = 0
    logger.notice("\(message)", metadata: metadata)
  }

  /// Untrusted text, shortened, with control and format characters replaced.
  static func sanitized(_ text: String, count: Int = 200) -> String {
    printable(String(String.UnicodeScalarView(text.unicodeScalars.prefix(count))))
  }
}
