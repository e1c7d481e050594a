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

  /// One for each network that people may be in; those first that most can use.
  private(set) var links: [NetworkLink]
  /// The links as they are now; nil where they stay as they are.
  private let current: (@Sendable () -> [NetworkLink])?
  /// Whether who knows the room's name, which was chosen, needs nothing else.
  let isOpen: Bool
  /// What a viewer can compare by eye who opened the room without this link.
  let code: String
  private let fingerprint: String
  private let page: Page

  /// - Parameters:
  ///   - place: where the room's page is.
  ///   - identity: whom the link vouches for.
  ///   - isOpen: whether who knows the room's name, which was chosen, needs nothing else.
  init(_ place: SharePlace, identity: ShareIdentity, isOpen: Bool) {
    fingerprint = identity.fingerprint
    code = identity.code
    links = []
    current = place.currentLinks
    page = place.page
    self.isOpen = isOpen
    links = place.links.map(vouching)
  }

  /// What most viewers open.
  var url: String { links.first?.url ?? "" }

  /// Takes the links of networks that this machine has come into.
  /// - Returns: those, which stand behind the former ones, or in the place of one that led here from nowhere else.
  mutating func find() -> [NetworkLink] {
    let known = Set(links.map(\.url))
    guard let found = current?().map(vouching).filter({ !known.contains($0.url) }), !found.isEmpty else { return [] }
    links = links.filter { $0.interface != nil } + found
    return found
  }

  /// A link to the room that may carry a token already.
  private func vouching(_ link: NetworkLink) -> NetworkLink {
    NetworkLink(url: "\(link.url)\(link.url.contains("#") ? "&" : "#")fp=\(fingerprint)", interface: link.interface)
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
