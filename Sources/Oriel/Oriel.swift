@_exported public import Capture
@_exported public import Encoding
@_exported public import Media
@_exported public import Recording
