import Oriel

/// Measures a share's time, and its figures of each second.
struct ShareProgress {
  private let duration: MediaTime?
  private var start: MediaTime
  private var lastReport: MediaTime
  private var lastBytes: [String: UInt64] = [:]
  private var lastStatistics = VideoEncoderStatistics()
  /// The sum of earlier encoders: one ends when the last viewer leaves, or another surface is shown.
  private var former = VideoEncoderStatistics()

  init(duration: MediaTime?, now: MediaTime) {
    self.duration = duration
    start = now
    lastReport = now
  }

  /// Starts the time: the share is in the room.
  mutating func begin(now: MediaTime) { (start, lastReport) = (now, now) }

  func seconds(now: MediaTime) -> Double { (now - start).seconds }

  func isOver(now: MediaTime) -> Bool { duration.map { now - start >= $0 } ?? false }

  /// The next time to call `report`: in a second, or at the end.
  var nextTick: MediaTime {
    let next = lastReport + .seconds(1)
    return duration.map { min(next, start + $0) } ?? next
  }

  /// The event and the live line for the time since the last report.
  mutating func report(
    _ viewers: [ScreenShareViewerStatistics], _ encoder: VideoEncoderStatistics?, isPaused: Bool, isMuted: Bool,
    now: MediaTime
  ) -> (event: ShareEvent.Stats, text: String) {
    let seconds = max(0.001, (now - lastReport).seconds)
    let current = encoder ?? lastStatistics
    if current.framesEncoded < lastStatistics.framesEncoded {
      former.add(lastStatistics)
      lastStatistics = VideoEncoderStatistics()
    }
    let fps = Double(max(0, current.framesCaptured - lastStatistics.framesCaptured)) / seconds
    let kbps = Double(max(0, current.bytes - lastStatistics.bytes)) * 8 / 1000 / seconds
    var encoder = former
    encoder.add(current)
    let perViewer = viewers.filter(\.isConnected).map { viewer in
      let sent = viewer.bytesSent - min(viewer.bytesSent, lastBytes[viewer.member.id] ?? 0)
      return ShareEvent.Stats.Viewer(
        id: printable(viewer.member.id), rttMs: viewer.roundTripMilliseconds.map { rounded($0, 1) },
        lossPercent: viewer.lossPercent.map { rounded($0, 2) }, kbps: rounded(Double(sent) * 8 / 1000 / seconds, 1))
    }
    lastBytes = Dictionary(viewers.map { ($0.member.id, $0.bytesSent) }, uniquingKeysWith: { $1 })
    (lastReport, lastStatistics) = (now, current)
    let event = ShareEvent.Stats(
      timeSeconds: rounded((now - start).seconds, 3), viewers: perViewer.count, fps: rounded(fps, 1),
      kbps: rounded(kbps, 1), framesEncoded: encoder.framesEncoded, keyFrames: encoder.keyFrames, perViewer: perViewer)
    let worst = perViewer.compactMap(\.lossPercent).max().map { "  \($0) % lost" } ?? ""
    let slowest = perViewer.compactMap(\.rttMs).max().map { "  \(Int($0.rounded())) ms" } ?? ""
    let text =
      "\(isPaused ? "paused " : "")\(isMuted ? "muted " : "")\(Progress.clock((now - start).seconds))  \(viewerCount(perViewer.count))  "
      + "\(Int(fps.rounded())) fps  \(Int(kbps.rounded())) kbit/s\(worst)\(slowest)"
    return (event, text)
  }

  private func viewerCount(_ count: Int) -> String { count == 1 ? "1 viewer" : "\(count) viewers" }
}
