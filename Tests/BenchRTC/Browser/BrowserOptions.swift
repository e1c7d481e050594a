/// What the browsers of the benchmark are started with.
enum BrowserOptions {
  /// Connections over the loopback interface, by addresses rather than by names that multicast DNS has to find.
  static let loopback = "--allow-loopback-in-peer-connection"

  /// Pages that are not in front go on as if they were.
  static let viewer = [
    loopback, "--disable-features=WebRtcHideLocalIpsWithMdns", "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
  ]

  /// The scene covers the publisher's window, which is not to matter to it.
  static let publisher = [
    loopback, "--auto-select-desktop-capture-source=Entire screen",
    "--disable-features=WebRtcPipeWireCapturer,WebRtcHideLocalIpsWithMdns", "--window-size=1,1",
    "--window-position=0,0", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
  ]
}
