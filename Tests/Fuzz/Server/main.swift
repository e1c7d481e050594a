// What clients send to the server's connections, and servers to the client's.
import FuzzDriver
import ServerFuzzChecks

try fuzz { ServerChecks.check($0) }
