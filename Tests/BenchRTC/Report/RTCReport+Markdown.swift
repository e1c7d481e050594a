import Foundation
import Harness

extension RTCReport {
  /// The figures as tables, with ratios to Chromium's.
  var markdown: String {
    var parts: [String] = []
    if !delays.isEmpty { parts.append(delayTable.text) }
    if !sharing.isEmpty { parts += [sharingTable.text, sharingLegend] }
    if !fanOut.isEmpty { parts += [fanOutTable.text, fanOutLegend] }
    if let joins { parts.append(table(of: joins).text) }
    return parts.joined(separator: "\n")
  }

  private var sharingLegend: String {
    """
    CPU: CPU seconds per second of the sharer's processes; encoder, sending: of Oriel's encode thread and of the thread of all
    connections alone; X server: its own, with the scene's drawing. encoded: frames a second, for all viewers together.
    received: frames a second of the viewers, from the one that gets fewest to the one that gets most.

    """
  }

  private var fanOutLegend: String {
    """
    Receivers do ICE and DTLS, discard SRTP, and report ten times a second. CPU: of the thread of all connections; per core: of
    its time. arrived: what the receivers took in of what was sent.

    """
  }

  private var delayTable: MarkdownTable {
    var table = MarkdownTable(header: [
      "glass to glass, 1080p", "p50", "× Chromium", "p95", "× Chromium", "fps", "steps shown",
    ])
    let chromium = delays.first { $0.sharer == .chromium }
    for result in delays {
      table.add([
        "\(result.sharer.title) → Chromium", number(result.median, 0, " ms"), ratio(result.median, chromium?.median),
        number(result.percentile95, 0, " ms"), ratio(result.percentile95, chromium?.percentile95),
        number(result.framesPerSecond, 1),
        number(result.stepsDrawn > 0 ? 100 * Double(result.stepsShown) / Double(result.stepsDrawn) : nil, 0, " %"),
      ])
    }
    return table
  }

  private func table(of joins: JoinResult) -> MarkdownTable {
    var table = MarkdownTable(header: ["a still screen, 1080p", "joins", "p50", "p95", "longest"])
    table.add([
      "from join to picture", "\(joins.milliseconds.count)", number(joins.milliseconds.percentile(0.5), 0, " ms"),
      number(joins.milliseconds.percentile(0.95), 0, " ms"), number(joins.milliseconds.last, 0, " ms"),
    ])
    return table
  }

  private var sharingTable: MarkdownTable {
    var table = MarkdownTable(header: [
      "viewers, 1080p", "sharer", "CPU", "× Chromium", "encoder", "sending", "X server", "encoded", "received",
      "kbit/s each",
    ])
    for viewers in plan.viewers {
      let chromium = sharing.first { $0.sharer == .chromium && $0.viewers == viewers }
      for result in sharing where result.viewers == viewers {
        table.add([
          "\(viewers)", result.sharer.title, number(result.cpu, 2), ratio(result.cpu, chromium?.cpu),
          number(result.threads["oriel-encode"], 2), number(result.threads["oriel-rtc"], 3),
          number(result.serverCPU, 2), number(result.framesEncoded, 1),
          range(result.framesReceived), range(result.bitsPerSecond.map { $0 / 1000 }),
        ])
      }
    }
    return table
  }

  private var fanOutTable: MarkdownTable {
    var table = MarkdownTable(header: [
      "receivers that discard", "kbit/s each", "packets/s", "CPU", "packets/s per core",
      "viewers of 1.5 Mbit/s per core",
      "encoder CPU", "encoded", "arrived",
    ])
    for result in fanOut where result.receivers > 0 {
      table.add([
        "\(result.receivers)", number(result.bitsPerSecond / 1000, 0), number(result.packetsPerSecond, 0),
        number(result.connectionsCPU, 3), number(result.packetsPerCore, 0), number(result.viewersPerCore, 0),
        number(result.encoderCPU, 2), number(result.framesEncoded, 1), number(100 * result.arrivedShare, 0, " %"),
      ])
    }
    return table
  }

  private func number(_ value: Double?, _ decimals: Int, _ unit: String = "") -> String {
    value.map { String(format: "%.\(decimals)f", $0) + unit } ?? "–"
  }

  private func range(_ values: [Double]) -> String {
    guard let least = values.min(), let most = values.max() else { return "–" }
    let (first, last) = (number(least, 0), number(most, 0))
    return first == last ? first : "\(first)–\(last)"
  }

  private func ratio(_ value: Double?, _ other: Double?) -> String {
    guard let value, let other, other > 0 else { return "–" }
    return number(value / other, 2)
  }
}
