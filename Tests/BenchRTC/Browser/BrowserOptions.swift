/// The command-line options of the benchmark's browsers.
enum BrowserOptions {
  /// Allows connections over the loopback interface.
  static let loopback = "--allow-loopback-in-peer-connection"

  /// With addresses instead of mDNS names; background pages run at full speed.
  static let viewer = [
    loopback, "--disable-features=WebRtcHideLocalIpsWithMdns", "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
  ]

  /// The scene covers the publisher's window, which must not slow it down.
  static let publisher = [
    loopback, "--auto-select-desktop-capture-source=Entire screen",
    "--disable-features=WebRtcPipeWireCapturer,WebRtcHideLocalIpsWithMdns", "--window-size=1,1",
    "--window-position=0,0", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
  ]
}
