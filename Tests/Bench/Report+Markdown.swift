import Foundation
import Harness

extension Report {
  /// The figures as tables, with ratios to ffmpeg's.
  var markdown: String {
    var parts: [String] = []
    if !results.isEmpty { parts += [sceneTable.text, legend] }
    if !firstFrames.isEmpty { parts.append(firstFrameTable.text) }
    return parts.joined(separator: "\n")
  }

  private var legend: String {
    """
    CPU: CPU seconds per second of the recorder. X server: the same, added by the recorder to what the scene needs.
    kept: the scene's steps that the file shows. kB/step: bytes for each of these. MB: peak resident memory.
    SSIM-Y: last frame against the screen, \(number(plan.rest, 1)) s after the last step.

    """
  }

  private var sceneTable: MarkdownTable {
    var table = MarkdownTable(header: [
      "scene", "recorder", "CPU", "× ffmpeg", "X server", "kept", "kbit/s", "kB/step", "× ffmpeg", "MB", "SSIM-Y",
    ])
    for scene in results.map(\.scene).uniqued {
      if let baseline = baselines.first(where: { $0.scene == scene }) {
        table.add([scene, "(none)", "", "", number(baseline.serverCPU, 3), "", "", "", "", "", ""])
      }
      let ofScene = results.filter { $0.scene == scene }
      let ffmpeg = ofScene.first { $0.recorder == .ffmpeg }
      for result in ofScene { table.add(row(of: result, ffmpeg: ffmpeg)) }
    }
    return table
  }

  private func row(of result: SceneResult, ffmpeg: SceneResult?) -> [String] {
    [
      result.scene, result.recorder.title, number(result.recorderCPU, 3),
      ratio(result.recorderCPU, to: ffmpeg?.recorderCPU), added(result.serverCPUAdded),
      result.delivery.map { "\(number($0.keptPercent, 1)) %" } ?? "–",
      number(result.bytesPerSecond.map { $0 * 8 / 1000 }, 0), number(result.bytesPerStep.map { $0 / 1000 }, 2),
      ratio(result.bytesPerStep, to: ffmpeg?.bytesPerStep),
      number(result.peakResidentBytes.map { Double($0) / 1e6 }, 0), number(result.restSSIM, 5),
    ]
  }

  private var firstFrameTable: MarkdownTable {
    var table = MarkdownTable(header: ["recorder", "launch to first frame, median", "all"])
    for result in firstFrames {
      let all = result.milliseconds.map { number($0, 0) }.joined(separator: ", ")
      table.add([result.recorder.title, result.median.map { "\(number($0, 0)) ms" } ?? "–", all])
    }
    return table
  }

  private func number(_ value: Double?, _ decimals: Int) -> String {
    value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
  }

  private func added(_ value: Double?) -> String {
    value.map { String(format: "%+.3f", $0) } ?? "–"
  }

  private func ratio(_ value: Double?, to other: Double?) -> String {
    guard let value, let other, value > 0, other > 0 else { return "–" }
    let ratio = value / other
    return ratio < 0.5 ? "1/\(number(1 / ratio, 1))" : number(ratio, 2)
  }
}

extension Sequence where Element: Hashable {
  /// The elements without duplicates, in order of their first occurrence.
  fileprivate var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
