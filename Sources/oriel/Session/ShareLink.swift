import Oriel

/// What viewers open, and what it vouches for.
struct ShareLink {
  /// Who can change the page that compares what the link says: the link protects from all others.
  enum Page {
    /// Nobody but this command.
    case own
    /// Whoever can change what the network carries.
    case ownInTheOpen
    /// The room server's operator.
    case served
    case servedInTheOpen
  }

  private(set) var url: String
  /// What viewers elsewhere open, as soon as this machine has an address; nil once `url` is that.
  private var laterURL: (@Sendable () -> String?)?
  /// What a viewer can compare by eye who opened the room without this link.
  let code: String
  private let fingerprint: String
  private let page: Page

  /// - Parameters:
  ///   - url: of the room's page.
  ///   - laterURL: what it is once this machine has an address, where it has none yet.
  ///   - identity: whom the link vouches for.
  ///   - page: who can change the page.
  init(url: String, laterURL: (@Sendable () -> String?)?, identity: ShareIdentity, page: Page) {
    fingerprint = identity.fingerprint
    code = identity.code
    self.url = Self.vouching(url, fingerprint)
    self.laterURL = laterURL
    self.page = page
  }

  /// Takes the link that leads here from elsewhere, where that has been waiting for an address.
  /// - Returns: whether there is another one now.
  mutating func find() -> Bool {
    guard let url = laterURL?() else { return false }
    laterURL = nil
    self.url = Self.vouching(url, fingerprint)
    return true
  }

  /// A link to the room that may carry a token already.
  private static func vouching(_ url: String, _ fingerprint: String) -> String {
    "\(url)\(url.contains("#") ? "&" : "#")fp=\(fingerprint)"
  }

  /// What the link protects from, and what not.
  var promise: String {
    let others =
      switch page {
      case .own: "."
      case .ownInTheOpen: "; whoever can change what the network carries, as the page comes by plain HTTP, still can."
      case .served: "; the operator of the room server, from which the page comes, still can."
      case .servedInTheOpen:
        "; the operator of the room server and whoever can change what the network carries, as the page comes by plain HTTP, "
          + "still can."
      }
    return
      "The link vouches for this screen: nobody in the room can put another in its place\(others) Who came without the "
      + "link can compare the code that the page shows: \(code)"
  }
}
