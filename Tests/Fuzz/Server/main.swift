// Input from clients to the server's connections, and from servers to the client's.
import FuzzDriver
import ServerFuzzChecks

try fuzz { ServerChecks.check($0) }
