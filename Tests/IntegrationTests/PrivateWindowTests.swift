import Foundation
import Harness
import Testing

extension IntegrationTests {
  /// Recordings of excluded windows, and of covered windows, with and without a window manager.
  @Suite(.timeLimit(.minutes(2))) struct PrivateWindowTests {
    enum Manager: String, CaseIterable { case none, framing, compositing }

    /// openbox, and picom for `compositing`, on a display; they end with this value.
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
    func `the file has no pixel of excluded windows that open, move, are renamed and close`(
      manager: Manager
    ) async throws {
      let server = try await XServer(width: 640, height: 480)
      let windows = try await ClientWindows(on: server.display)
      let managers =
        manager == .none
        ? nil : try await Managers(on: server.display, windows, composites: manager == .compositing)
      // Of a program without other windows: its menus must be masked although no window of it is known yet.
      try await windows.ask("menu =strip 0 456 640 24 0000ff")
      try await windows.ask("window page 300 200 200 150 808080 Page")
      let recording = try RunningRecording(
        on: server.display,
        [
          "--exclude", "*VAULT*", "--exclude", "class:vault", "--fps", "60", "--bitrate", "8M", "--cursor", "never",
        ])
      try await recording.event("start")
      // On a busy machine few pictures are taken of a storm, so storms are repeated until there are enough.
      var seed = 20261
      repeat {
        try await windows.ask("storm \(manager == .none ? 200 : 80) \(seed) 00ff00")
        seed += 1
      } while recording.events.last { $0["event"] == "progress" }?["framesEncoded"].int ?? 0 <= 30
      try await windows.ask("fill =strip ff0000")
      // A window of the same colour that is not excluded: it must be found.
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
      // In spite of all motion the window that is not excluded stays visible, except where another covers all of it.
      #expect(open * 4 > storm.count * 3, "\(storm.map(\.1.0))")
      // A picture for each visible change; where an excluded window was, the screen stays black for a while.
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

    @Test func `record, snapshot and share warn of an exclusion that matches nothing, and list the windows`()
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
      // Another window of the class opens, whose title matches.
      try await windows.ask("window other 10 10 20 20 00ff00 Colours")
      try await eventually("that it fits now", within: 30) {
        messages(recording.events, "exclusionFits") == [
          "the exclusion colours fits a window now, which is black from here on"
        ]
      }
      let recorded = try await recording.stop(SIGINT)
      #expect(messages(recorded.events, "exclusionFitsNothing") == expected)
      try await windows.ask("close other")
      // Before there are viewers.
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

    @Test func `under a compositing manager a covered window is recorded, and its closing is reported`() async throws {
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
      #expect(warnings.contains { $0.contains("Editor was closed") && $0.contains("captured again") }, "\(warnings)")
      let red = try await ColourLevels.highest(.red, in: recorded.file)
      #expect(!red.isEmpty && red.allSatisfy { $0 < 60 })
      #expect(try await ColourLevels.highest(.green, in: recorded.file).last ?? 0 > 180)
      let refused = try await Command.run([
        "record", recorded.folder.file("b.webm").path, "--display", server.display, "--window", "vault", "--exclude",
        "vault",
      ])
      #expect(refused.status == 64)
      #expect(
        refused.errors.hasSuffix("is excluded, so it cannot be captured; leave out --exclude or --window\n"),
        "\(refused.errors)")

      // If two match, the error names both; sources lists them, and marks the minimised one.
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
