import Harness
import Testing

/// Connections to a real Chromium. One after the other: they watch clocks and pictures.
@Suite(.serialized, .enabled(if: Chromium.isInstalled)) struct BrowserTests {}
