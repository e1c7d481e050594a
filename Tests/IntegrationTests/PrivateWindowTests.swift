import Foundation
import Harness
import Testing

extension IntegrationTests {
  /// Private windows, and windows under others, as the command records them, with a window manager and without.
  @Suite(.timeLimit(.minutes(2))) struct PrivateWindowTests {
    enum Manager: String, CaseIterable { case none, framing, compositing }

    /// openbox, and perhaps picom over it, on a display; they end with this.
    private struct Managers {
      let programs: [Program]

      init(on display: String, _ windows: ClientWindows, composites: Bool = true) async throws {
        var programs = [try Program("openbox", environment: ["DISPLAY": display])]
        try await windows.ask("managed")
        if composites {
          programs.append(
            try Program("picom", ["--backend", "xrender", "--config", "/dev/null"], environment: ["DISPLAY": display]))
          try await windows.ask("composited")
        }
        self.programs = programs
      }
    }

    @Test(arguments: Manager.allCases)
    func `of excluded windows that come, move, change their names and go no pixel is in the file`(
      manager: Manager
    ) async throws {
      let server = try await XServer(width: 640, height: 480)
      let windows = try await ClientWindows(on: server.display)
      let managers =
        manager == .none
        ? nil : try await Managers(on: server.display, windows, composites: manager == .compositing)
      // Of a program without windows: what is not known yet of them, its menus share.
      try await windows.ask("menu =strip 0 456 640 24 0000ff")
      try await windows.ask("window page 300 200 200 150 808080 Page")
      let recording = try RunningRecording(
        on: server.display,
        [
          "--exclude", "*VAULT*", "--exclude", "class:vault", "--fps", "60", "--bitrate", "8M", "--cursor", "never",
        ])
      try await recording.event("start")
      // On a busy machine a storm is seen in few pictures: as many storms as make enough.
      var seed = 20261
      repeat {
        try await windows.ask("storm \(manager == .none ? 200 : 80) \(seed) 00ff00")
        seed += 1
      } while recording.events.last { $0["event"] == "progress" }?["framesEncoded"].int ?? 0 <= 30
      try await windows.ask("fill =strip ff0000")
      // Of the same colour, and nobody's secret: it is found.
      try await windows.ask("window garden 100 100 200 150 00ff00 Garden")
      let seen = recording.events.last { $0["event"] == "progress" }?["timeSeconds"].number ?? 0
      try await eventually("two more seconds", within: 30) {
        recording.events.contains { $0["event"] == "progress" && $0["timeSeconds"].number ?? 0 > seen + 2 }
      }
      let recorded = try await recording.stop(SIGINT)
      #expect(recorded.exit.status == 0)
      let secrets = try await ColourLevels.highest(.green, in: recorded.file)
      let before = try await ColourLevels.highest(.blue, in: recorded.file, crop: "600:8:20:464")
      let after = try await ColourLevels.highest(.red, in: recorded.file, crop: "600:8:20:464")
      let levels = Array(zip(secrets, zip(before, after)))
      let end = try #require(levels.firstIndex { $0.1.1 > 120 }, "the strip has not changed its colour")
      let (storm, rest) = (levels[..<end], levels[end...])
      let open = storm.count { $0.1.0 > 120 }
      // However much moves, what is nobody's secret stays to be seen; here and there a window is over all that counts of it.
      #expect(open * 4 > storm.count * 3, "\(storm.map(\.1.0))")
      // A picture for each change that is seen; where an excluded window was, the screen stays black for a while.
      #expect(storm.count > 30)
      #expect(storm.allSatisfy { $0.0 < 60 }, "\(storm.map(\.0))")
      #expect(rest.last?.0 ?? 0 > 180)
      _ = managers
    }

    @Test func `an excluded window that is renamed while it is recorded is in no picture of the file`() async throws {
      let server = try await XServer(width: 640, height: 480)
      let windows = try await ClientWindows(on: server.display)
      try await windows.ask("window vault 100 100 200 150 00ff00 Secret")
      try await windows.ask("menu =strip 0 456 640 24 0000ff")
      let recording = try RunningRecording(on: server.display, ["--exclude", "Secret", "--cursor", "never"])
      try await recording.event("start")
      try await windows.ask("title vault Renamed")
      try await windows.ask("move vault 200 200")
      try await windows.ask("fill =strip ff0000")
      let seen = recording.events.last { $0["event"] == "progress" }?["timeSeconds"].number ?? 0
      try await eventually("a second and more", within: 30) {
        recording.events.contains { $0["event"] == "progress" && $0["timeSeconds"].number ?? 0 > seen + 1 }
      }
      let recorded = try await recording.stop(SIGINT)
      #expect(recorded.exit.status == 0)
      let after = try await ColourLevels.highest(.red, in: recorded.file, crop: "600:8:20:464")
      #expect(after.last ?? 0 > 120)
      let secrets = try await ColourLevels.highest(.green, in: recorded.file)
      #expect(!secrets.isEmpty && secrets.allSatisfy { $0 < 60 }, "\(secrets)")
    }

    @Test func `an exclusion that fits nothing is said by record, snapshot and share, with what would fit`()
      async throws
    {
      let server = try await XServer(width: 640, height: 480)
      let windows = try await ClientWindows(on: server.display)
      try await windows.ask("window vault 100 100 200 150 00ff00 Secret notes")
      let options = [
        "--display", server.display, "--exclude", "colours", "--exclude", "secret", "--exclude", "secret*",
      ]
      let expected = [
        "the exclusion colours fits no window yet, for a title has to fit whole; class:colours would",
        "the exclusion secret fits no window yet, for a title has to fit whole; '*secret*' would",
      ]
      let folder = try TemporaryDirectory()
      let snapshot = try await Command.run(["snapshot", folder.file("a.png").path] + options)
      #expect(snapshot.status == 0)
      for message in expected {
        #expect(snapshot.errors.contains("oriel: warning: \(message)\n"), "\(snapshot.errors)")
      }
      func messages(_ events: [JSON], _ code: String) -> [String] {
        events.filter { $0["event"] == "warning" && $0["code"].string == code }.compactMap { $0["message"].string }
      }
      let recording = try RunningRecording(on: server.display, Array(options.dropFirst(2)))
      try await recording.event("start")
      // Of its class there is one more, whose title fits.
      try await windows.ask("window other 10 10 20 20 00ff00 Colours")
      try await eventually("that it fits now", within: 30) {
        messages(recording.events, "exclusionFits") == [
          "the exclusion colours fits a window now, which is black from here on"
        ]
      }
      let recorded = try await recording.stop(SIGINT)
      #expect(messages(recorded.events, "exclusionFitsNothing") == expected)
      try await windows.ask("close other")
      // Before anyone watches.
      let share = try Program(Executables.product("oriel"), ["share", "--json"] + options)
      try await eventually("the same of a share", within: 30) {
        messages(Events.parse(share.output), "exclusionFitsNothing") == expected
      }
      _ = try await share.stop(within: .seconds(10))
      let missing = try await Command.run([
        "record", folder.file("b.webm").path, "--display", server.display, "--window", "Sec",
      ])
      #expect(missing.status == 66 && missing.errors.contains("write 'Sec*'"), "\(missing.errors)")
    }

    @Test func `under a compositing manager a covered window is seen, and its end is said`() async throws {
      let server = try await XServer(width: 640, height: 480)
      let windows = try await ClientWindows(on: server.display)
      let managers = try await Managers(on: server.display, windows)
      try await windows.ask("window editor 100 100 200 150 0000ff Editor")
      try await windows.ask("window _cover 50 50 400 300 ff0000 Vault")
      try await windows.ask("move _cover 50 50")
      let recording = try RunningRecording(on: server.display, ["--window", "editor", "--cursor", "never"])
      try await recording.event("start")
      try await windows.ask("fill editor 00ff00")
      try await recording.event("progress")
      try await windows.ask("close editor")
      try await windows.ask("window editor 100 100 200 150 0000ff Editor")
      let recorded = try await recording.finished()
      #expect(recorded.exit.status == 0 && recorded.stop["reason"] == "sourceEnded")
      let warnings = recorded.events.filter { $0["event"] == "warning" }.compactMap { $0["message"].string }
      #expect(warnings.contains { $0.contains("Editor was closed") && $0.contains("another window") }, "\(warnings)")
      let red = try await ColourLevels.highest(.red, in: recorded.file)
      #expect(!red.isEmpty && red.allSatisfy { $0 < 60 })
      #expect(try await ColourLevels.highest(.green, in: recorded.file).last ?? 0 > 180)
      let refused = try await Command.run([
        "record", recorded.folder.file("b.webm").path, "--display", server.display, "--window", "vault", "--exclude",
        "vault",
      ])
      #expect(refused.status == 64 && refused.errors.contains("excluded"), "\(refused.errors)")

      // Of two that fit none is taken, but both are named; and they are listed, the minimised one as that.
      try await windows.ask("window one 20 20 100 80 ff00ff Report 1")
      try await windows.ask("window two 220 60 120 90 ff00ff Report 2")
      let several = try await Command.run([
        "record", recorded.folder.file("c.webm").path, "--display", server.display, "--window", "report*",
      ])
      #expect(several.status == 66)
      for part in ["2 windows fit", "Report 1", "Report 2", "0x"] {
        #expect(several.errors.contains(part), "\(several.errors)")
      }
      try await windows.ask("iconify two")
      var reports: [JSON] = []
      try await eventually("one of them minimised", within: 30) {
        let listed = try await Command.run(["sources", "--display", server.display, "--json"])
        let all = try JSON(parsing: listed.output)["windows"].array ?? []
        reports = all.filter { $0["title"].string?.hasPrefix("Report") == true }
          .sorted { ($0["title"].string ?? "") < ($1["title"].string ?? "") }
        return reports.last?["minimised"] == true
      }
      #expect(reports.map { $0["minimised"] } == [false, true] && reports.map { $0["hidden"] } == [false, true])
      #expect(reports.map { $0["width"].int } == [100, 120] && reports.map { $0["height"].int } == [80, 90])
      for report in reports {
        #expect(report["class"] == "Colours" && report["process"].int ?? 0 > 0)
        let table = try await Command.run(["sources", "--display", server.display]).output.split(separator: "\n")
        let line = try #require(table.first { $0.hasPrefix(report["id"].string ?? "-") })
        #expect(line.hasSuffix(report["title"].string ?? "-"))
        #expect(line.contains("minimised") == (report["title"] == "Report 2"))
      }
      _ = managers
    }
  }
}
