/// The members of a JSON object, in the order they were written, each key once.
public struct JSONObject: Sendable {
  public struct Member: Sendable {
    public let key: String
    public var value: JSONValue
  }

  public private(set) var members: [Member] = []

  public init() {}

  /// The object with `members`; if a key is repeated, its last value counts, as in JavaScript.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.init(members.map { Member(key: $0, value: $1) })
  }

  init(_ members: [Member]) {
    // Comparing keys with each other takes quadratic time, so many keys, which a peer can send, are looked up by hash.
    var places: [String: Int] = [:]
    let areMany = members.count > 16
    var kept: [Member] = []
    kept.reserveCapacity(members.count)
    for member in members {
      if let place = areMany ? places[member.key] : kept.firstIndex(where: { $0.key == member.key }) {
        kept[place].value = member.value
      } else {
        if areMany { places[member.key] = kept.count }
        kept.append(member)
      }
    }
    self.members = kept
  }

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }

  /// The value of a member. Setting nil removes it; a new member comes last.
  public subscript(key: String) -> JSONValue? {
    get { members.first { $0.key == key }?.value }
    set {
      let place = members.firstIndex { $0.key == key }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  mutating func mapValues<Failure: Error>(_ transform: (JSONValue) throws(Failure) -> JSONValue) throws(Failure) {
    for index in members.indices { members[index].value = try transform(members[index].value) }
  }
}

extension JSONObject: Equatable {
  /// Whether both have the same members, in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    if zip(left.members, right.members).allSatisfy({ $0.key == $1.key }) {
      return zip(left.members, right.members).allSatisfy { $0.value == $1.value }
    }
    let others = Dictionary(uniqueKeysWithValues: right.members.map { ($0.key, $0.value) })
    return left.members.allSatisfy { others[$0.key] == $0.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
