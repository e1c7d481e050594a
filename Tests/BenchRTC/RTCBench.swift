import ArgumentParser

/// `oriel-bench-rtc`: delay and cost of sharing a desktop by WebRTC, Oriel compared with Chromium.
@main
struct RTCBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oriel-bench-rtc",
    abstract: "Compares sharing a desktop from Oriel with sharing it from Chromium: delay, CPU, viewers per core.",
    discussion: """
      Desktops are drawn on an Xvfb of their own, viewers are pages of a headless Chromium, and everything goes over \
      the loopback interface. Run it in release mode on an idle machine; it takes four minutes.
      """,
    subcommands: [CompareCommand.self, WorkerCommand.self], defaultSubcommand: CompareCommand.self)
}
