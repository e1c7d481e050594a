public import RoomProtocol
public import Rooms

/// What befalls a share.
public enum ScreenShareEvent: Sendable {
  /// In the room, by this id: viewers can come.
  case entered(id: String)
  /// Out of the room for good: the share is over.
  case ended(RoomClientError)
  /// The room server is lost and sought again; who watches goes on watching.
  case serverLost
  /// A viewer came, and a connection is being made.
  case viewerJoined(RoomMember)
  /// The viewer has the picture, or will have with the next key frame.
  case viewerConnected(RoomMember)
  /// No connection could be made, or it was lost for good: why, and what to do.
  case viewerFailed(RoomMember, String)
  case viewerLeft(RoomMember)
  /// The viewer's path is too slow for the picture: it gets none until it can. And that is over.
  case viewerFellBehind(RoomMember)
  case viewerCaughtUp(RoomMember)
  /// The viewer's page does not answer to the offer of the picture; perhaps it will.
  case viewerSilent(RoomMember)
  /// A track cannot be encoded, or no longer: no viewer gets it any more.
  case encoderFailed(String)
  case warning(code: String, message: String)
}

/// What is known of one viewer's connection.
public struct ScreenShareViewerStatistics: Sendable {
  public let member: RoomMember
  public let isConnected: Bool
  /// Milliseconds there and back; nil before the viewer has reported.
  public let roundTripMilliseconds: Double?
  /// Packets that the viewer missed, of those sent since its last report, in percent; of picture and sound, what is worse.
  public let lossPercent: Double?
  /// Bytes of media sent so far.
  public let bytesSent: UInt64
}
