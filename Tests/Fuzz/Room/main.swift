// Messages from clients to the room server, and from the server to them.
import FuzzDriver
import RoomFuzzChecks

try fuzz { RoomChecks.check($0) }
