import CX11
import Media

/// Delays the screen saver and the monitors' power saving while the screen is captured. Used by one thread only.
struct ScreenSaverHold {
  private var next = MediaTime.zero

  /// How long a change of the server's time-outs may stay unnoticed.
  private static let longest = MediaTime.seconds(10)

  /// Resets the server's idle time when half of its shortest time-out has passed since the last reset. One round trip then.
  mutating func hold(_ connection: XConnection, now: MediaTime) {
    guard now >= next else { return }
    XResetScreenSaver(connection.display)
    next = now + Self.interval(timeouts: Self.timeouts(connection))
  }

  /// How long to wait from one reset to the next, for the server's `timeouts` in seconds; 0 stands for never.
  static func interval(timeouts: [Int]) -> MediaTime {
    guard let shortest = timeouts.filter({ $0 > 0 }).min() else { return longest }
    return min(longest, .milliseconds(Int64(shortest) * 500))
  }

  /// The screen saver's time-out and, where they are on, those of DPMS.
  private static func timeouts(_ connection: XConnection) -> [Int] {
    let display = connection.display
    var (timeout, interval, blanking, exposures) = (Int32(), Int32(), Int32(), Int32())
    XGetScreenSaver(display, &timeout, &interval, &blanking, &exposures)
    var timeouts = [Int(timeout)]
    var (event, error) = (Int32(), Int32())
    var (level, isOn) = (CARD16(), BOOL())
    var (standby, suspend, off) = (CARD16(), CARD16(), CARD16())
    if DPMSQueryExtension(display, &event, &error) != 0, DPMSInfo(display, &level, &isOn) != 0, isOn != 0,
      DPMSGetTimeouts(display, &standby, &suspend, &off) != 0
    {
      timeouts += [Int(standby), Int(suspend), Int(off)]
    }
    return timeouts
  }
}
