// What clients send to the room server, and the server to them.
import FuzzDriver
import RoomFuzzChecks

try fuzz { RoomChecks.check($0) }
