// Descriptions, candidates and packets.
import FuzzDriver
import RTCFuzzChecks

try fuzz { RTCChecks.check($0) }
