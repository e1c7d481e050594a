internal import CNice
internal import Media

/// Looks up the addresses of a host, with a time limit and without blocking the thread. On the `NetworkThread` only.
final class HostLookup {
  private static let limit = MediaTime.seconds(5)

  private let cancellable = g_cancellable_new()
  private var timer: NetworkTimer?
  private var completion: (([IPAddress]) -> Void)?

  /// - Parameter completion: called once and never within the call, with no address if the host has none; not at all if the
  ///   lookup is released before.
  init(host: String, thread: NetworkThread, completion: @escaping ([IPAddress]) -> Void) {
    self.completion = completion
    if let address = IPAddress(host) {
      thread.later { [weak self] in self?.finish([address]) }
      return
    }
    let timer = NetworkTimer(thread: thread) { [weak self] _ in self?.finish([]) }
    timer.deadline = .now + Self.limit
    self.timer = timer
    let resolver = g_resolver_get_default()
    defer { g_object_unref(resolver) }
    let owner = Unmanaged.passRetained(Owner(self))
    g_resolver_lookup_by_name_async(
      resolver, host, cancellable,
      { resolver, result, data in
        guard let data else { return }
        let owner = Unmanaged<Owner>.fromOpaque(data).takeRetainedValue()
        let list = g_resolver_lookup_by_name_finish(
          resolver.map { UnsafeMutableRawPointer($0) }?.assumingMemoryBound(to: GResolver.self), result, nil)
        defer { g_resolver_free_addresses(list) }
        owner.lookup?.finish(HostLookup.addresses(in: list))
      }, owner.toOpaque())
  }

  deinit {
    timer?.deadline = nil
    g_cancellable_cancel(cancellable)
    g_object_unref(cancellable)
  }

  /// The object that GLib retains, since it calls back even after a cancellation.
  private final class Owner {
    weak var lookup: HostLookup?
    init(_ lookup: HostLookup) { self.lookup = lookup }
  }

  private func finish(_ addresses: [IPAddress]) {
    timer?.deadline = nil
    timer = nil
    g_cancellable_cancel(cancellable)
    let completion = self.completion
    self.completion = nil
    completion?(addresses)
  }

  private static func addresses(in list: UnsafeMutablePointer<GList>?) -> [IPAddress] {
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.next
      guard let address = entry.data,
        let text = g_inet_address_to_string(address.assumingMemoryBound(to: GInetAddress.self))
      else { continue }
      if let parsed = IPAddress(String(cString: text)), !parsed.isVersion6LinkLocal { addresses.append(parsed) }
      g_free(text)
    }
    return addresses
  }
}
