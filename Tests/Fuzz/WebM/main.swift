// The WebM reader and repair.
import FuzzChecks
import FuzzDriver

try fuzz { WebMChecks.check($0) }
