// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Tests are compiled without optimization in every configuration: it would take longer than the tests gain by it.
let testSettings = settings + [.unsafeFlags(["-Onone"])]

let command = TargetDependencyCondition.when(traits: ["Command"])
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser", condition: command)
let yams = Target.Dependency.product(name: "Yams", package: "Yams", condition: command)

// The order is the order of the layers: a target imports only what stands above it (see README, "How it is built").
let package = Package(
  name: "Oriel",
  products: [
    .library(name: "Oriel", targets: ["Oriel"]),
    .executable(name: "oriel", targets: ["oriel"]),
    .executable(name: "oriel-scenes", targets: ["oriel-scenes"]),
  ],
  // What the command needs and the library does not is fetched by default, and by no package that depends on Oriel with
  // `traits: []`.
  traits: [
    .trait(name: "Command", description: "The commands: argument-parser and Yams are fetched."),
    .default(enabledTraits: ["Command"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CX11"),
    .systemLibrary(name: "CYUV"),
    .systemLibrary(name: "CPulse"),
    .systemLibrary(name: "CVPX"),
    .systemLibrary(name: "COpus"),
    .systemLibrary(name: "CPNG"),
    .systemLibrary(name: "CSoxr"),
    .systemLibrary(name: "CQREncode"),
    .systemLibrary(name: "CNice", pkgConfig: "nice"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CSRTP"),
    .target(name: "Media", swiftSettings: settings),
    .target(name: "WebM", dependencies: ["Media"], swiftSettings: settings),
    .target(name: "RTP", dependencies: ["Media"], swiftSettings: settings),
    .target(name: "SDP", dependencies: ["RTP"], swiftSettings: settings),
    .target(name: "JSEP", dependencies: ["RTP", "SDP"], swiftSettings: settings),
    .target(name: "Digest", dependencies: ["COpenSSL"], swiftSettings: settings),
    // JSON's numbers are rounded by the C library.
    .target(name: "RoomProtocol", swiftSettings: settings, linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Capture", dependencies: ["Media", "CX11", "CPulse", "CSoxr"], swiftSettings: settings),
    .target(name: "Encoding", dependencies: ["Media", "CYUV", "CVPX", "COpus", "CPNG"], swiftSettings: settings),
    .target(name: "Recording", dependencies: ["Media", "WebM", "Encoding"], swiftSettings: settings),
    .target(
      name: "WebRTC", dependencies: ["Media", "Encoding", "RTP", "SDP", "JSEP", "CNice", "COpenSSL", "CSRTP"],
      swiftSettings: settings),
    .target(name: "RoomPage", resources: [.embedInCode("Page")], swiftSettings: settings),
    .target(
      name: "Rooms",
      dependencies: [
        "Media", "RoomProtocol", "Digest", "RoomPage",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: settings),
    .target(
      name: "Sharing", dependencies: ["Media", "Encoding", "RTP", "SDP", "JSEP", "RoomProtocol", "WebRTC", "Rooms"],
      swiftSettings: settings),
    .target(
      name: "Oriel",
      dependencies: [
        "Media", "WebM", "RTP", "SDP", "JSEP", "RoomProtocol", "Capture", "Encoding", "Recording", "WebRTC", "Rooms",
        "Sharing",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "oriel",
      dependencies: [
        "Oriel", "Scenes", "WebM", "CLinux", "CQREncode", argumentParser, yams,
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-publish", dependencies: ["Oriel"], path: "Sources/Examples/Publish", exclude: ["publish.html"],
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-share-desktop", dependencies: ["Oriel"], path: "Sources/Examples/ShareDesktop",
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-record-canvas", dependencies: ["Oriel"], path: "Sources/Examples/RecordCanvas",
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-record-metronome", dependencies: ["Oriel"], path: "Sources/Examples/RecordMetronome",
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-record-window", dependencies: ["Oriel"], path: "Sources/Examples/RecordWindow",
      swiftSettings: settings),
    .target(name: "Scenes", dependencies: ["Media", "CX11", "CPulse"], swiftSettings: settings),
    .executableTarget(
      name: "oriel-scenes",
      dependencies: ["Scenes", argumentParser],
      swiftSettings: settings),
    // What every test may need: random numbers, waiting, folders, programs, X servers. It needs nothing else of the package,
    // so tests of protocols build without the rest.
    .target(name: "TestSupport", dependencies: ["Media"], path: "Tests/TestSupport", swiftSettings: settings),
    // What plays a known desktop to the real command, and looks at what comes out. It hands on all of TestSupport.
    .target(
      name: "Harness", dependencies: ["TestSupport", "Scenes", "Media"], path: "Tests/Harness", swiftSettings: settings),
    .executableTarget(
      name: "oriel-bench",
      dependencies: ["Harness", "Scenes", "Media", argumentParser],
      path: "Tests/Bench", swiftSettings: settings),
    .executableTarget(
      name: "oriel-bench-rtc",
      dependencies: [
        "Harness", "Scenes", "Media", "RTP", "SDP", "JSEP", "Capture", "Encoding", "WebRTC",
        argumentParser,
      ],
      path: "Tests/BenchRTC", swiftSettings: settings),
    .executableTarget(
      name: "oriel-bench-room",
      dependencies: [
        "Harness", argumentParser,
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Tests/BenchRoom", exclude: ["python_server.py", "python-server.txt"], swiftSettings: settings),
    .target(name: "FuzzDriver", path: "Tests/Fuzz/Driver", swiftSettings: settings),
    .target(name: "FuzzChecks", dependencies: ["WebM"], path: "Tests/Fuzz/Checks", swiftSettings: settings),
    .executableTarget(
      name: "oriel-fuzz-webm", dependencies: ["FuzzChecks", "FuzzDriver"], path: "Tests/Fuzz/WebM",
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-soak", dependencies: ["Recording", "Encoding", "Media"], path: "Tests/Soak", swiftSettings: settings),
    .target(
      name: "RTCFuzzChecks", dependencies: ["RTP", "SDP", "JSEP", "Media"], path: "Tests/Fuzz/RTCChecks",
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-fuzz-rtc", dependencies: ["RTCFuzzChecks", "FuzzDriver"], path: "Tests/Fuzz/RTC",
      swiftSettings: settings),
    .target(
      name: "RoomFuzzChecks", dependencies: ["RoomProtocol"], path: "Tests/Fuzz/RoomChecks", swiftSettings: settings),
    .executableTarget(
      name: "oriel-fuzz-room", dependencies: ["RoomFuzzChecks", "FuzzDriver"], path: "Tests/Fuzz/Room",
      swiftSettings: settings),
    .target(
      name: "ServerFuzzChecks",
      dependencies: [
        "Rooms", "RoomProtocol", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ], path: "Tests/Fuzz/ServerChecks", swiftSettings: settings),
    .executableTarget(
      name: "oriel-fuzz-server", dependencies: ["ServerFuzzChecks", "FuzzDriver"], path: "Tests/Fuzz/Server",
      swiftSettings: settings),
    .target(
      name: "PeerFuzzChecks", dependencies: ["WebRTC", "RTP", "SDP", "JSEP", "Media"], path: "Tests/Fuzz/PeerChecks",
      swiftSettings: settings),
    .executableTarget(
      name: "oriel-fuzz-peer", dependencies: ["PeerFuzzChecks", "FuzzDriver"], path: "Tests/Fuzz/Peer",
      swiftSettings: settings),
    .testTarget(name: "RTPTests", dependencies: ["RTP", "Media", "TestSupport"], swiftSettings: testSettings),
    .testTarget(
      name: "SDPTests", dependencies: ["SDP", "RTP", "RTCFuzzChecks", "TestSupport"],
      swiftSettings: testSettings),
    .testTarget(
      name: "JSEPTests", dependencies: ["JSEP", "SDP", "RTP", "RTCFuzzChecks", "TestSupport"],
      swiftSettings: testSettings),
    .testTarget(
      name: "WebRTCTests",
      dependencies: [
        "WebRTC", "RTP", "SDP", "JSEP", "Encoding", "Recording", "WebM", "Media", "Capture", "TestSupport", "Harness",
        "Scenes", "Synthetic", "PeerFuzzChecks",
      ],
      swiftSettings: testSettings),
    .testTarget(
      name: "SharingTests",
      dependencies: ["Sharing", "WebRTC", "Rooms", "RoomProtocol", "Recording", "Media", "Harness"],
      swiftSettings: testSettings),
    .testTarget(
      name: "RoomProtocolTests", dependencies: ["RoomProtocol", "RoomFuzzChecks", "TestSupport"],
      swiftSettings: testSettings),
    .testTarget(
      name: "RoomsTests",
      dependencies: [
        "Rooms", "RoomPage", "Digest", "RoomProtocol", "ServerFuzzChecks", "Harness",
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: testSettings),
    .testTarget(
      name: "FaultTests",
      dependencies: ["Harness", "Scenes", "WebM", "Media", "Capture", "Encoding", "Recording", "oriel-soak"],
      swiftSettings: testSettings),
    .testTarget(
      name: "HarnessTests", dependencies: ["TestSupport", "Harness", "Scenes", "Media"], swiftSettings: testSettings),
    .testTarget(name: "MediaTests", dependencies: ["Media", "TestSupport"], swiftSettings: testSettings),
    .testTarget(
      name: "CaptureTests", dependencies: ["Capture", "Media", "CX11", "TestSupport", "Harness", "Scenes"],
      swiftSettings: testSettings),
    .testTarget(
      name: "ScenesTests", dependencies: ["Scenes", "Media", "TestSupport", "oriel-scenes"], swiftSettings: testSettings
    ),
    .testTarget(
      name: "IntegrationTests", dependencies: ["Harness", "Scenes", "WebM", "Media"], swiftSettings: testSettings),
    .testTarget(name: "CommandTests", dependencies: ["Harness"], swiftSettings: testSettings),
    .testTarget(
      name: "WebMTests", dependencies: ["WebM", "Media", "FuzzChecks", "TestSupport"], swiftSettings: testSettings),
    .testTarget(
      name: "RecordingTests", dependencies: ["Recording", "WebM", "Media", "Harness", "Scenes"],
      swiftSettings: testSettings),
    .target(
      name: "Synthetic", dependencies: ["Media", "Encoding", "TestSupport", "Harness"],
      path: "Tests/EncodingTests/Synthetic",
      swiftSettings: settings),
    .testTarget(
      name: "EncodingTests",
      dependencies: ["Encoding", "Media", "CYUV", "COpus", "Synthetic", "TestSupport", "Harness"],
      exclude: ["Synthetic"],
      swiftSettings: testSettings),
    .testTarget(
      name: "MediaRecorderTests",
      dependencies: ["Recording", "Encoding", "Media", "WebM", "Synthetic", "TestSupport", "Harness"],
      swiftSettings: testSettings),
  ]
)
