import Media
import TestSupport
import Testing

@testable import Capture

/// The advice for a selection that matches no window.
@Suite(.serialized) struct ExclusionAdviceTests {
  private static let windows = [
    ("Personal – passwords", "KeePassXC"), ("Work – Mozilla Firefox", "Firefox"),
    ("World – Mozilla Firefox", "Firefox"),
    ("1984", "Reader"), ("it's", "Reader"),
  ].enumerated().map { index, names in
    DisplayWindow(
      id: UInt32(0x400000 + index), title: names.0, windowClass: names.1, process: nil,
      geometry: PixelRect(x: 0, y: 0, width: 9, height: 9), isMinimised: false)
  }

  @Test(arguments: [
    ("KeePassXC", "class:KeePassXC"), ("passwords", "'*passwords*'"), ("reader", "class:reader"),
    ("e", "'*e*' or 'class:*e*'"), ("mozilla firefox", "'*mozilla firefox*'"),
    ("firefox", "class:firefox"), ("class:1984", "title:1984"), ("1984", "title:1984"),
    ("t'", "'*t'\\''*'"),
    ("class:fire", "'class:*fire*'"), ("Evolution", nil), ("0x77", nil),
  ])
  func `an exclusion that matches nothing is answered with a pattern that would match`(
    text: String, advice: String?
  ) throws {
    let selection = try #require(WindowSelection(text))
    #expect(selection.advice(for: Self.windows, isForOne: false) == advice)
    // The advised pattern is a valid argument.
    for word in advice?.split(separator: " or ") ?? [] where !word.contains("\\") {
      let written = try #require(WindowSelection(word.trimmingPrefix("'").description.replacing(/'$/, with: "")))
      #expect(written.argument == word)
    }
  }

  @Test(arguments: [
    ("Work", "'Work*'"), ("Wor", "'Wor*' or '*Wor*'"), ("keepass", "'class:*keepass*'"), ("nothing", nil),
  ])
  func `a window that is not found is answered with a pattern that matches, only one window if possible`(
    text: String, advice: String?
  ) {
    #expect(WindowSelection(text)?.advice(for: Self.windows, isForOne: true) == advice)
    let error = DisplayMediaError.noSuchWindow(.title(text), matches: [], all: Self.windows)
    #expect(error.message.contains("there is no window \(text)"))
    #expect(advice == nil || error.message.contains("write \(advice ?? ""), for a title has to fit whole"))
  }

  @Test func `an exclusion without a match gives a warning, and another when it matches, also to late listeners`()
    async throws
  {
    let server = try await XServer(width: 320, height: 240)
    let program = try Client(server)
    let window = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), 0xff0055, title: "Personal")
    program.className(window, "KeePassXC")
    program.map(window)
    let capturer = try await DisplayCapturer.open(
      .init(
        display: server.display, cursor: .never,
        excludedWindows: [.title("KeePassXC"), .title("personal"), .windowClass("Evolution")]))
    // No sink is attached yet.
    let track = MediaStreamTrack(source: capturer, label: capturer.label)
    var messages: [String] = []
    for await event in track.events {
      if case .warning("exclusionFitsNothing", let message) = event { messages.append(message) }
      if messages.count == 2 { break }
    }
    #expect(messages.first?.contains("KeePassXC fits no window yet") == true)
    #expect(messages.first?.contains("class:KeePassXC would") == true)
    #expect(messages.last?.contains("class:Evolution fits no window yet; a warning follows") == true)
    #expect(!messages.contains { $0.contains("Personal") })
    program.title(window, "KeePassXC")
    program.title(window, "Personal")
    program.title(window, "KeePassXC")
    for await event in track.events {
      guard case .warning("exclusionFits", let message) = event else { continue }
      #expect(message.contains("exclusion KeePassXC fits a window now"))
      break
    }
    // A second capture with the same exclusions does not repeat the warnings.
    let next = try await DisplayCapturer.open(
      .init(
        display: server.display, cursor: .never,
        excludedWindows: [.title("KeePassXC"), .title("personal"), .windowClass("Evolution")]))
    let log = EventLog(next)
    let sink = PictureSink()
    next.attach(sink)
    try await eventually("a picture") { sink.frames.count > 0 }
    #expect(log.warnings == [] && sink.secrets == 0)
    next.stop()
    track.stop()
  }
}
