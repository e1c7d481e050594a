// What programs and peers do to a peer connection, in any order.
import FuzzDriver
import PeerFuzzChecks

try fuzz { PeerChecks.check($0) }
