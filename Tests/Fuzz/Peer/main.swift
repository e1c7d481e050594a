// Calls to a peer connection and input from its peer, in any order.
import FuzzDriver
import PeerFuzzChecks

try fuzz { PeerChecks.check($0) }
