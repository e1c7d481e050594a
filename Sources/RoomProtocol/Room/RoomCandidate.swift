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
