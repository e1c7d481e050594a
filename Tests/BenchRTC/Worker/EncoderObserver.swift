import Encoding
import Media

/// Subscribes to an encoder for its statistics alone.
final class EncoderObserver: EncodedVideoSink {
  func videoSizeChanged(_ size: PixelSize) {}
  func receive(_ frame: EncodedVideoFrame) {}
  func videoEnded(error: EncoderError?) {}
}
