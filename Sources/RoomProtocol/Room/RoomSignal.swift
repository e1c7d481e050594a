/// A signal from one end of a peer connection to the other: the `data` of the room's `message`.
public struct RoomSignal: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    case offer(sdp: String)
    case answer(sdp: String)
    case candidate(RoomCandidate)
    /// A viewer lost its path and asks for a new offer.
    case restart
    /// A notice for the viewer about the screen, such as `paused`; an empty text ends it. The page has its own words for the
    /// codes it knows, and shows the text of others above the picture.
    case notice(code: String, text: String)
    /// Anything else: an object is in `unknown`, another value here.
    case other(JSONValue?)
  }

  public var content: Content
  /// The receiving member; nil for all others in the room, as in the reference protocol.
  public var to: String?
  /// The sending member. The server sets it; the reference server does not.
  public var from: String?
  /// The other members of the object.
  public var unknown: JSONObject

  public init(_ content: Content, to: String? = nil, from: String? = nil, unknown: JSONObject = [:]) {
    self.content = content
    self.to = to
    self.from = from
    self.unknown = unknown
  }

  /// Reads `data`, which old pages may send as JSON in a string. No server has set the `from` in such a string.
  public init(_ data: JSONValue) {
    let inText = data.string.flatMap { try? JSONValue(parsing: $0) }
    guard var object = (inText ?? data).object else {
      self.init(.other(data))
      return
    }
    func take(_ keys: String...) { for key in keys { object[key] = nil } }
    let (to, from) = (object["to"]?.string, object["from"]?.string)
    take("to", "from")
    let content: Content
    switch (object["type"]?.string, object["sdp"]?.string) {
    case ("offer", let sdp?):
      content = .offer(sdp: sdp)
      take("type", "sdp")
    case ("answer", let sdp?):
      content = .answer(sdp: sdp)
      take("type", "sdp")
    case ("candidate", _):
      if let candidate = RoomCandidate(object) {
        content = .candidate(candidate)
        take("type", "label", "id", "candidate")
      } else {
        content = .other(nil)
      }
    case ("restart", _):
      content = .restart
      take("type")
    case ("notice", _):
      if let code = object["code"]?.string {
        content = .notice(code: code, text: object["text"]?.string ?? "")
        take("type", "code", "text")
      } else {
        content = .other(nil)
      }
    default: content = .other(nil)
    }
    self.init(content, to: to, from: from, unknown: object)
  }

  /// The signal as `data`.
  public var value: JSONValue {
    var object: JSONObject = [:]
    switch content {
    case .offer(let sdp): object = ["type": "offer", "sdp": .string(sdp)]
    case .answer(let sdp): object = ["type": "answer", "sdp": .string(sdp)]
    case .candidate(let candidate): object = candidate.object
    case .restart: object = ["type": "restart"]
    case .notice(let code, let text): object = ["type": "notice", "code": .string(code), "text": .string(text)]
    case .other(let value?): return value
    case .other(nil): break
    }
    for member in unknown.members { object[member.key] = member.value }
    object["to"] = to.map { .string($0) }
    object["from"] = from.map { .string($0) }
    return .object(object)
  }
}

/// An ICE candidate in the room's `message`.
public struct RoomCandidate: Sendable, Equatable {
  /// `sdpMLineIndex`.
  public let label: Int?
  /// `sdpMid`.
  public let id: String?
  /// The candidate-attribute; empty at the end of the candidates.
  public let candidate: String

  public init(label: Int?, id: String?, candidate: String) {
    self.label = label
    self.id = id
    self.candidate = candidate
  }

  init?(_ object: JSONObject) {
    guard let candidate = object["candidate"]?.string else { return nil }
    self.init(label: object["label"]?.int, id: object["id"]?.string, candidate: candidate)
  }

  var object: JSONObject {
    var object: JSONObject = ["type": "candidate"]
    object["label"] = label.map { .number(Double($0)) }
    object["id"] = id.map { .string($0) }
    object["candidate"] = .string(candidate)
    return object
  }
}
