import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// The outputs of recordings and pictures.
  @Suite(.timeLimit(.minutes(1))) struct OutputTests {
    private let folder: TemporaryDirectory
    private let server: XServer

    init() async throws {
      folder = try TemporaryDirectory()
      server = try await XServer(width: 320, height: 240)
    }

    /// Runs a bash script in the folder; `$O` is the command.
    private func bash(_ script: String) async throws -> Command {
      let program = try Program(
        "bash", ["-c", script], environment: ["O": try Executables.product("oriel"), "DISPLAY": server.display],
        directory: folder.url)
      let exit = try await program.exit(within: .seconds(30))
      return Command(status: exit.status, output: program.output, errors: program.errorOutput)
    }

    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path) } }

    @Test(arguments: [("record --duration 0.3", "webm"), ("snapshot", "png")])
    func `without names, commands that start in the same second write different files`(
      _ command: String, _ ending: String
    ) async throws {
      let run = try await bash(
        "all=; for n in 1 2 3; do $O \(command) & all=\"$all $!\"; done; for one in $all; do wait $one || exit; done")
      #expect(run.status == 0, "\(run.errors)")
      let names = try names
      #expect(names.count == 3)
      for name in names {
        #expect(try name.wholeMatch(of: Regex("oriel-[0-9]{8}-[0-9]{6}(-[23])?\\.\(ending)")) != nil, "\(name)")
        #expect(try Data(contentsOf: folder.file(name)).count > 100)
      }
    }

    @Test func `standard output gets a seekable recording if it is a file, and a stream if it is opened for appending`()
      async throws
    {
      #expect(
        try await bash("$O record - --duration 1 > a.webm && $O record /dev/stdout --duration 1 >> b.webm").status == 0)
      #expect(try WebMFile(folder.file("a.webm")).isSeekable)
      #expect(try WebMFile(folder.file("a.webm")).duration.map { 0.8...3 ~= $0 } == true)
      let stream = try WebMFile(folder.file("b.webm"))
      #expect(!stream.isSeekable && stream.duration == nil && !stream.blocks.isEmpty)
    }

    @Test func `files and links need --force, process substitution and devices do not`() async throws {
      let run = try await bash(
        """
        $O record >(cat > a.webm; echo read) --duration 1 | cat && $O snapshot >(cat > a.png; echo read) | cat \
        && $O record /dev/null --duration 0.3 && $O snapshot /dev/null && $O record /dev/stdout --duration 1 | cat > b.webm
        """)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output == "read\nread\n")
      for name in ["a.webm", "b.webm"] { #expect(try !WebMFile(folder.file(name)).blocks.isEmpty) }
      #expect(try Data(contentsOf: folder.file("a.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let refused = try await bash("touch c.webm; mkfifo f; ln -s f l; $O record c.webm; echo $?; $O record l; echo $?")
      #expect(refused.output == "73\n73\n")
    }

    @Test func `a non-blocking pipe gets a complete picture`() async throws {
      let desktop = try await Desktop(.fullMotion)
      let pipe = try Descriptor.pipe()
      _ = fcntl(pipe.writing.number, F_SETFL, O_NONBLOCK)
      let program = try Program(
        "sh", ["-c", "exec \"$@\" >&3 3>&-", "sh", Executables.product("oriel"), "snapshot", "-"],
        environment: ["DISPLAY": desktop.display], descriptors: [3: pipe.writing])
      pipe.writing.close()
      // The command must wait for the reader.
      try await eventually("a full pipe") { program.isRunning && available(in: pipe.reading) >= 65536 }
      var picture: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 10240)
      while true {
        let count = buffer.withUnsafeMutableBytes { pipe.reading.read(into: $0) }
        if count == 0 { break }
        picture += buffer[..<count]
      }
      #expect(try await program.exit().status == 0)
      // The last chunk of every PNG.
      #expect(picture.count > 65536 && picture.dropLast(4).suffix(4) == Array("IEND".utf8)[...])
    }

    private func available(in descriptor: Descriptor) -> Int {
      var count: Int32 = 0
      return ioctl(descriptor.number, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    @Test func `names that are not UTF-8 work for recordings, pictures, ledgers and repairs`() async throws {
      let run = try await bash(
        """
        $O record $'c\\xe9.webm' --duration 0.3 --ledger $'l\\xff.jsonl' --json && $O snapshot $'p\\xe9.png' \
        && $O repair $'c\\xe9.webm' --json --output $'r\\xe9.webm' \
        && $O share --listen 127.0.0.1:0 --duration 0.5 --record $'s\\xe9.webm' && ls | od -An -c | tr -d ' \\n'
        """)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasSuffix("c351.webm\\nl377.jsonl\\np351.png\\nr351.webm\\ns351.webm\\n"))
      #expect(run.output.contains("\"file\":\"c\u{fffd}.webm\""))
    }

    @Test func `names that are not UTF-8 work for certificates, keys, logs and packet dumps`() async throws {
      let run = try await bash(
        """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout $'k\\xe9.key' -out $'c\\xe9.pem' 2> /dev/null \
        && $O share --listen 127.0.0.1:0 --duration 0.5 --tls-cert $'c\\xe9.pem' --tls-key $'k\\xe9.key' \
        --log $'l\\xff.jsonl' --rtp-dump $'d\\xe9.pcap' && ls | od -An -c | tr -d ' \\n'
        """)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasSuffix("c351.pem\\nd351.pcap\\nk351.key\\nl377.jsonl\\n"))
      let missing = try await bash(
        "$O share --listen 127.0.0.1:0 --duration 0.5 --tls-cert $'m\\xe9.pem' --tls-key $'m\\xe9.key'")
      #expect(missing.status != 0)
      #expect(missing.errors.contains("cannot read a certificate in PEM from m\u{fffd}.pem"), "\(missing.errors)")
    }

    @Test func `--quiet prints nothing without an error`() async throws {
      let run = try await bash("$O record --quiet --region 5000x5000+0+0 --duration 0.3 a.webm")
      #expect(run.status == 0)
      #expect(run.output == "" && run.errors == "")
    }

    @Test func `with --json a recording that cannot be written to standard output ends with an error event`()
      async throws
    {
      let run = try await bash("$O record - --json --duration 1 > /dev/full")
      #expect(run.status == 74)
      let events = try run.errors.split(separator: "\n").map { try JSON(parsing: String($0)) }
      #expect(events.suffix(2).map { $0["event"] } == ["stop", "error"])
    }
  }
}
