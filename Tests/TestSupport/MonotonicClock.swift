import Glibc

/// CLOCK_MONOTONIC: the clock of Oriel's timestamps and of the barcodes in the known desktops.
package enum MonotonicClock {
  package static var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Seconds since an arbitrary start, the same one for every process of the machine.
  package static var seconds: Double { Double(nanoseconds) / 1e9 }

  /// Sleeps until the clock shows `seconds`; returns at once when it is past that.
  package static func sleep(until seconds: Double) async throws {
    let left = seconds - Self.seconds
    if left > 0 { try await Task.sleep(for: .seconds(left), tolerance: .zero) }
  }
}
