import RoomProtocol
import TestSupport
import Testing

@Suite struct JSONTests {
  private func parsed(_ text: String, _ limits: JSONLimits = JSONLimits()) throws -> JSONValue {
    try JSONValue(parsing: text, limits: limits)
  }

  @Test(
    arguments: [
      ("null", .null), ("true", true), (" false\r\n", false), ("0", 0), ("-0.5e1", -5), ("1E2", 100), ("0.1", 0.1),
      ("123456789012345", 123_456_789_012_345), ("-9007199254740991", -9_007_199_254_740_991),
      ("1e400", .number(.infinity)),
      ("\"\"", ""), ("\"a\\u00e9\\n\\\"\\/\\\\\"", "aé\n\"/\\"), ("\"\\ud83d\\ude00\"", "😀"), ("\"😀\"", "😀"),
      ("[]", []), ("[ ]", []), ("{ }", [:]), ("[1,[2,{\"a\":[]}],3]", [1, [2, ["a": []]], 3]),
      ("{\"a\" : 1 , \"b\":{\"c\":null}}", ["a": 1, "b": ["c": .null]]),
    ] as [(String, JSONValue)])
  func `a valid JSON text is read as its value`(text: String, value: JSONValue) throws {
    #expect(try parsed(text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "tru", "+1", "01", "1.", ".5", "-", "1e", "1e+", "0x1", "NaN", "[", "[1", "[1,", "[1,]",
    "[,]",
    "]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "\"", "\"\\",
    "\"\\x\"",
    "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\u{1}\"", "'a'", "[] []", "{}x", "[1}", "{\"a\":1]",
  ])
  func `an invalid JSON text is refused`(text: String) {
    #expect(throws: JSONError.self) { try parsed(text) }
  }

  @Test(arguments: ["\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\""])
  func `a lone surrogate is read as U+FFFD`(text: String) throws {
    #expect(try parsed(text).string?.unicodeScalars.first == "\u{FFFD}")
  }

  @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
  func `JSON text that is not UTF-8 is refused`(bytes: [UInt8]) {
    #expect(throws: JSONError.invalidUTF8) { try JSONValue(parsing: (utf8("\"") + bytes + utf8("\""))[...]) }
  }

  @Test func `JSON that is too deep or has too many values is refused`() throws {
    let limits = JSONLimits(depth: 3, values: 10)
    #expect(try parsed("[[[1]]]", limits) == [[[1]]])
    #expect(throws: JSONError.tooDeep) { try parsed("[[[[1]]]]", limits) }
    #expect(throws: JSONError.tooDeep) { try parsed(String(repeating: "{\"a\":", count: 100_000), limits) }
    #expect(try parsed("[1,2,3,4,5,6,7,8,9]", limits).array?.count == 9)
    #expect(throws: JSONError.tooManyValues) { try parsed("[1,2,3,4,5,6,7,8,9,10]", limits) }
    #expect(throws: JSONError.tooDeep) { try parsed(String(repeating: "[", count: 1_000_000)) }
  }

  @Test(arguments: [3, 40])
  func `a repeated key has its last value, at its first place`(count: Int) throws {
    let others = (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let value = try parsed("{\"from\":\"me\",\(others),\"from\":\"you\",\"k0\":true}")
    #expect(value.object?.members.map(\.key) == ["from"] + (0..<count).map { "k\($0)" })
    #expect(value["from"] == "you")
    #expect(value["k0"] == true)
  }

  @Test func `a member is set, replaced and removed`() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = 3
    object["c"] = .null
    object["b"] = nil
    #expect(text(JSONValue.object(object).text) == "{\"a\":3,\"c\":null}")
    #expect(object == ["c": .null, "a": 3])
    #expect(object != ["a": 3])
    #expect(object != ["a": 3, "b": .null])
  }

  @Test(
    arguments: [
      ([.null, true, false], "[null,true,false]"), ([0, -1, 0.5, 1e21, 1e-7], "[0,-1,0.5,1e+21,1e-07]"),
      (.number(.infinity), "null"), (.number(.nan), "null"), (9_007_199_254_740_991, "9007199254740991"),
      ("a\"\\/\u{8}\t\n\u{c}\r\u{1f}é😀", "\"a\\\"\\\\/\\b\\t\\n\\f\\r\\u001fé😀\""), (["": []], "{\"\":[]}"),
      ([.binary([1])], "[{\"_placeholder\":true,\"num\":0}]"),
    ] as [(JSONValue, String)])
  func `a value is written as JavaScript writes it`(value: JSONValue, written: String) {
    #expect(text(value.text) == written)
  }

  @Test func `random values are read back as written`() throws {
    var random = SeededRandom(seed: 5)
    for _ in 0..<500 {
      let value = JSONValue.random(using: &random)
      #expect(try JSONValue(parsing: value.text[...]) == value)
    }
  }
}
