import Harness
import Testing

/// Connections to a real Chromium. One after the other, since they depend on timing.
@Suite(.serialized, .enabled(if: Chromium.isInstalled)) struct BrowserTests {}
