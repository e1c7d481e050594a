public import RTP

/// A codec's parameters: `fmtp`. Source: RFC 8866 §6.15.
public struct FormatParameters: SDPValue {
  public struct Parameter: Sendable, Hashable {
    public var name: String
    /// nil without `=`, as in telephone events' `0-15`.
    public var value: String?

    public init(name: String, value: String? = nil) {
      self.name = name
      self.value = value
    }
  }

  /// A payload type, or another format of the `m=` line.
  public var format: String
  public var parameters: [Parameter]

  public init(payloadType: PayloadType, parameters: [Parameter]) {
    format = payloadType.description
    self.parameters = parameters
  }

  init?(sdp text: Substring) {
    let (format, rest) = SDPText.splitOnce(text, at: " ")
    guard SDPText.isVisible(format), let rest else { return nil }
    self.format = String(format)
    parameters = rest.utf8.split(separator: UInt8(ascii: ";")).compactMap { part in
      let part = Substring(part.drop { $0 == UInt8(ascii: " ") })
      let (name, value) = SDPText.splitOnce(part, at: "=")
      return name.isEmpty ? nil : Parameter(name: String(name), value: value.map(String.init))
    }
  }

  public var payloadType: PayloadType? { PayloadType(sdp: Substring(format)) }

  /// The value of the parameter with this name, ignoring case.
  public subscript(_ name: String) -> String? { parameters[name] }

  public var description: String {
    let list = parameters.map { parameter in parameter.value.map { "\(parameter.name)=\($0)" } ?? parameter.name }
    return "\(format) \(list.joined(separator: ";"))"
  }
}

extension [FormatParameters.Parameter] {
  subscript(_ name: String) -> String? { first { SDPText.equalsIgnoringCase($0.name, name) }?.value }
}
