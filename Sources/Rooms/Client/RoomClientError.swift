public import RoomProtocol

/// Why a client is not, or no longer, in a room, or why the room refuses a request.
public enum RoomClientError: Error, Sendable, Equatable, CustomStringConvertible {
  case connection(SocketIOClientError)
  /// The server refused to let the client join, or refused its request.
  case refused(RoomRefusal, room: String)
  /// This client was removed; without a reason: by the publisher.
  case removed(room: String, RoomRemoval? = nil)
  /// This client left.
  case left
  /// The server did not acknowledge a request.
  case noAnswer(room: String)

  public var description: String {
    switch self {
    case .connection(let error): "\(error)"
    case .refused(let reason, let room): "room \(room): \(reason.sentence)"
    case .removed(let room, let reason):
      "room \(room): \(reason?.sentence ?? "the one who shares there took this client out")"
    case .left: "this client left the room"
    case .noAnswer(let room): "room \(room): the server did not answer; try again"
    }
  }
}

extension RoomRemoval {
  /// What happened and what to do.
  fileprivate var sentence: String {
    switch self {
    case .expired: "the time of the token that let this client in is over; ask for another one"
    case .revoked: "the token that let this client in was taken back; ask for another one"
    case .replaced: "the same client came in again by another connection"
    }
  }
}

extension RoomRefusal {
  /// What is wrong and what to do.
  fileprivate var sentence: String {
    switch self {
    case .full: "it is full; try again when somebody has left"
    case .locked: "the one who shares there lets nobody else in; ask them to"
    case .token: "the token is missing or wrong; take the whole link, or give the right token"
    case .publisher:
      "somebody shares a screen there already, or was lost in the last ten minutes and is expected back; choose another room, or "
        + "start the server with a token for publishers"
    case .name: "that is no name for a room; use 1 to 64 letters, digits, _ and -"
    case .closed: "the server has no room of that name; take the whole link"
    case .rooms: "the server has no place for another room; try again later"
    case .room: "this client is not in it"
    case .member: "there is no such member"
    case .role: "only the one who shares may do that"
    case .length: "the text is empty or too long; shorten it"
    case .rate: "too much was asked for at once; wait a minute"
    case .request: "the server does not know what that means"
    }
  }
}
