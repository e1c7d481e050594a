import Foundation
import Glibc

/// One process as `/proc/PID/stat` shows it. Source: proc(5).
struct ProcessStatus: Sendable {
  let pid: pid_t
  let parent: pid_t
  let group: pid_t
  let isZombie: Bool
  /// User and system time of the process, all its threads: in clock ticks, usually of 10 ms.
  let ownTicks: UInt64
  /// The same of the descendants it has waited for.
  let waitedForTicks: UInt64

  init?(pid: pid_t) {
    guard let text = Self.read("/proc/\(pid)/stat") else { return nil }
    // The second field is the program's name in parentheses and may contain anything, so count from its end.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 14, let parent = pid_t(fields[1]), let group = pid_t(fields[2]) else { return nil }
    let times = fields[11...14].compactMap { UInt64($0) }
    guard times.count == 4 else { return nil }
    self.pid = pid
    self.parent = parent
    self.group = group
    isZombie = fields[0] == "Z" || fields[0] == "X"
    ownTicks = times[0] + times[1]
    waitedForTicks = times[2] + times[3]
  }

  /// All processes at the moment.
  static var all: [ProcessStatus] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [ProcessStatus] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let pid = pid_t(name), let status = ProcessStatus(pid: pid) { found.append(status) }
    }
    return found
  }

  /// CPU seconds of the process, of all its threads and of the descendants it has waited for.
  var cpuSeconds: Double {
    let tick = 1 / Double(sysconf(Int32(_SC_CLK_TCK)))
    return (precisePIDClock() ?? Double(ownTicks) * tick) + Double(waitedForTicks) * tick
  }

  /// Its largest resident set so far, in bytes.
  var peakResidentBytes: Int {
    guard let status = Self.read("/proc/\(pid)/status"), let label = status.range(of: "VmHWM:") else { return 0 }
    let kilobytes = status[label.upperBound...].drop { $0 == " " || $0 == "\t" }.prefix { $0.isNumber }
    return (Int(kilobytes) ?? 0) * 1024
  }

  /// The process's CPU clock, which counts nanoseconds where `stat` counts ticks.
  private func precisePIDClock() -> Double? {
    var clock = clockid_t()
    var time = timespec()
    guard !isZombie, clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func read(_ path: String) -> String? {
    let number = open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { return nil }
    let file = Descriptor(owning: number)
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = bytes.withUnsafeMutableBytes { file.read(into: $0) }
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
