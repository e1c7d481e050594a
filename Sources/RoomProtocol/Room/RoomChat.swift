/// One line of a room's chat, as it is delivered.
public struct RoomChat: Sendable, Equatable {
  /// The member who wrote it.
  public let id: String
  public let name: String?
  public let text: String
  /// Milliseconds since 1970, by the server's clock.
  public let time: Double

  public init(id: String, name: String?, text: String, time: Double) {
    self.id = id
    self.name = name
    self.text = text
    self.time = time
  }

  public init?(_ value: JSONValue) {
    guard let id = value["id"]?.string, let text = value["text"]?.string, let time = value["time"]?.number else {
      return nil
    }
    self.init(id: id, name: value["name"]?.string, text: text, time: time)
  }

  public var value: JSONValue {
    var object: JSONObject = ["id": .string(id)]
    object["name"] = name.map { .string($0) }
    object["text"] = .string(text)
    object["time"] = .number(time)
    return .object(object)
  }
}
