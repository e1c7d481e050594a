import RoomProtocol
import Testing

@Suite struct SocketIOPacketTests {
  /// A packet, its text without Engine.IO's `4`, and its attachments.
  private static let examples: [(SocketIOPacket, String, [[UInt8]])] = [
    // The examples of the protocol's document.
    (SocketIOPacket(.connect, data: ["token": "123"]), #"0{"token":"123"}"#, []),
    (SocketIOPacket(.connect, namespace: "/admin", data: ["token": "123"]), #"0/admin,{"token":"123"}"#, []),
    (SocketIOPacket(.connectError, data: ["message": "Not authorized"]), #"4{"message":"Not authorized"}"#, []),
    (SocketIOPacket(.disconnect, namespace: "/admin"), "1/admin,", []),
    (SocketIOPacket(event: "hello", [1]), #"2["hello",1]"#, []),
    (
      SocketIOPacket(event: "project:delete", [123], namespace: "/admin", id: 456),
      #"2/admin,456["project:delete",123]"#, []
    ),
    (SocketIOPacket(.acknowledgement, namespace: "/admin", id: 456, data: []), "3/admin,456[]", []),
    (
      SocketIOPacket(event: "hello", [.binary([1, 2, 3])]), #"51-["hello",{"_placeholder":true,"num":0}]"#, [[1, 2, 3]]
    ),
    (
      SocketIOPacket(event: "project:delete", [.binary([1, 2, 3])], namespace: "/admin", id: 456),
      #"51-/admin,456["project:delete",{"_placeholder":true,"num":0}]"#, [[1, 2, 3]]
    ),
    (
      SocketIOPacket(.acknowledgement, namespace: "/admin", id: 456, data: [.binary([3, 2, 1])]),
      #"61-/admin,456[{"_placeholder":true,"num":0}]"#, [[3, 2, 1]]
    ),
    // Other packets.
    (SocketIOPacket(.connect), "0", []), (SocketIOPacket(.disconnect), "1", []),
    (
      SocketIOPacket(event: "", [["a": .binary([])], [.binary([9])], "é"], id: 0),
      #"52-0["",{"a":{"_placeholder":true,"num":0}},[{"_placeholder":true,"num":1}],"é"]"#, [[], [9]]
    ),
  ]

  @Test(arguments: examples)
  func `a packet is written and read as in the protocol's document`(
    packet: SocketIOPacket, written: String, attachments: [[UInt8]]
  ) throws {
    #expect(packet.frames == [.text(utf8("4" + written))] + attachments.map { .binary($0) })
    var decoder = SocketIODecoder(.v5)
    var read = try decoder.decode(.text(written))
    for attachment in attachments {
      #expect(read == nil)
      read = try decoder.decode(.binary(attachment[...]))
    }
    #expect(read == packet)
  }

  @Test(
    arguments: [
      ("", .unknownPacketType), ("7", .unknownPacketType), ("x", .unknownPacketType), ("4", .invalidPayload),
      ("0[]", .invalidPayload), ("0\"a\"", .invalidPayload), ("1{}", .invalidPayload), ("2", .invalidPayload),
      ("2{}", .invalidPayload), ("2[]", .invalidPayload), ("2[1]", .invalidPayload), ("3[]", .invalidPayload),
      ("31{}", .invalidPayload), ("31", .invalidPayload), ("2[\"a\"", .json(.unexpectedEnd)),
      ("2[\"a\"]]", .json(.unexpected(at: 5))), ("2-1[\"a\"]", .json(.unexpected(at: 2))),
      ("21234567890123456[\"a\"]", .invalidID), ("5[\"a\"]", .invalidAttachmentCount),
      ("5-[\"a\"]", .invalidAttachmentCount), ("51[\"a\"]", .invalidAttachmentCount), ("5", .invalidAttachmentCount),
      ("599999-[\"a\"]", .invalidAttachmentCount), ("565-[\"a\"]", .tooLarge), ("2/a", .invalidPayload),
      ("2/" + String(repeating: "a", count: 256) + ",[\"a\"]", .invalidNamespace),
      ("2[" + String(repeating: "[", count: 100), .json(.tooDeep)),
    ] as [(String, SocketIOError)])
  func `an invalid packet is refused`(written: String, error: SocketIOError) {
    var decoder = SocketIODecoder(.v5)
    #expect(throws: error) { try decoder.decode(.text(written)) }
  }

  @Test func `the versions differ in what connect and its error carry`() throws {
    var four = SocketIODecoder(.v4)
    var five = SocketIODecoder(.v5)
    #expect(try four.decode(.text("4\"no\""))?.data == "no")
    #expect(try five.decode(.text("4\"no\""))?.data == "no")
    #expect(try four.decode(.text("4[1]"))?.data == [1])
    #expect(throws: SocketIOError.invalidPayload) { try five.decode(.text("4[1]")) }
    #expect(try four.decode(.text("0/admin?token=1"))?.namespace == "/admin?token=1")
    #expect(throws: SocketIOError.invalidPayload) { try four.decode(.text("0{}")) }
    #expect(try five.decode(.text("0/admin"))?.namespace == "/admin")
  }

  @Test(arguments: [
    #"51-["a",{"_placeholder":true,"num":1}]"#, #"51-["a",{"_placeholder":true,"num":-1}]"#,
    #"51-["a",{"_placeholder":true,"num":0.5}]"#, #"51-["a",{"_placeholder":true,"num":"0"}]"#,
    #"51-["a",{"_placeholder":true}]"#,
    #"51-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]"#,
  ])
  func `a placeholder without its own attachment is refused`(written: String) throws {
    var decoder = SocketIODecoder(.v5)
    #expect(try decoder.decode(.text(written)) == nil)
    #expect(throws: SocketIOError.invalidPayload) { try decoder.decode(.binary([1])) }
  }

  @Test func `a placeholder in a packet without attachments stays an object`() throws {
    var decoder = SocketIODecoder(.v5)
    let packet = try decoder.decode(.text(#"2["a",{"_placeholder":true,"num":0}]"#))
    #expect(packet?.data == ["a", ["_placeholder": true, "num": 0]])
    #expect(try decoder.decode(.text(#"50-["a",{"_placeholder":true,"num":0}]"#))?.data?[1]?.object != nil)
  }

  @Test func `text among attachments, and bytes without a packet, are refused`() throws {
    var decoder = SocketIODecoder(.v5)
    #expect(throws: SocketIOError.unexpectedBinary) { try decoder.decode(.binary([1])) }
    #expect(try decoder.decode(.text(#"52-["a"]"#)) == nil)
    #expect(try decoder.decode(.binary([1])) == nil)
    #expect(throws: SocketIOError.missingBinary) { try decoder.decode(.text("2[\"a\"]")) }
  }

  @Test func `attachments above the byte limit are refused`() throws {
    var decoder = SocketIODecoder(.v5, limits: SocketIOLimits(attachmentBytes: 10))
    #expect(try decoder.decode(.text(#"52-["a"]"#)) == nil)
    #expect(try decoder.decode(.binary([1, 2, 3, 4, 5])) == nil)
    #expect(throws: SocketIOError.tooLarge) { try decoder.decode(.binary([1, 2, 3, 4, 5, 6])) }
  }
}
