public import RoomProtocol
public import Rooms

/// Events of a share.
public enum ScreenShareEvent: Sendable {
  /// The share has entered the room under this id: viewers can join.
  case entered(id: String)
  /// The share has left the room for good and is over.
  case ended(RoomClientError)
  /// The connection to the room server is lost and being retried; connected viewers go on watching.
  case serverLost
  /// A viewer joined, and a connection to it is being made.
  case viewerJoined(RoomMember)
  /// The viewer has the picture, or gets it with the next key frame.
  case viewerConnected(RoomMember)
  /// No connection could be made, or it is lost for good. The text says why and what to do.
  case viewerFailed(RoomMember, String)
  case viewerLeft(RoomMember)
  /// The viewer's path is too slow for the picture: frames are left out, or no pictures are sent.
  case viewerFellBehind(RoomMember)
  /// The viewer gets all pictures again.
  case viewerCaughtUp(RoomMember)
  /// The viewer's page has not answered the offer for 15 seconds; it still may.
  case viewerSilent(RoomMember)
  /// A track cannot be encoded any more: no viewer gets it.
  case encoderFailed(String)
  case warning(code: String, message: String)
}

/// Statistics of one viewer's connection.
public struct ScreenShareViewerStatistics: Sendable {
  public let member: RoomMember
  public let isConnected: Bool
  /// Round-trip time in milliseconds; nil before the viewer's first report.
  public let roundTripMilliseconds: Double?
  /// Packets lost between the viewer's last two reports, in percent; the higher of picture and sound.
  public let lossPercent: Double?
  /// Bytes of media sent so far.
  public let bytesSent: UInt64
}
