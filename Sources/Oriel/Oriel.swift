@_exported public import Capture
@_exported public import Encoding
@_exported public import Media
@_exported public import RTCProtocol
@_exported public import Recording
@_exported public import RoomProtocol
@_exported public import Rooms
@_exported public import WebRTC
