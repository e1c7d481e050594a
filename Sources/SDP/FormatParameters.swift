package import RTP

/// A codec's parameters: `fmtp`. Source: RFC 8866 §6.15.
package struct FormatParameters: SDPValue {
  package struct Parameter: Sendable, Hashable {
    package var name: String
    /// nil without `=`, as in telephone events' `0-15`.
    package var value: String?

    package init(name: String, value: String? = nil) {
      self.name = name
      self.value = value
    }
  }

  /// A payload type, or another format of the `m=` line.
  package var format: String
  package var parameters: [Parameter]

  package init(payloadType: PayloadType, parameters: [Parameter]) {
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

  package var payloadType: PayloadType? { PayloadType(sdp: Substring(format)) }

  /// The value of the parameter with this name, ignoring case.
  package subscript(_ name: String) -> String? { parameters[name] }

  package var description: String {
    let list = parameters.map { parameter in parameter.value.map { "\(parameter.name)=\($0)" } ?? parameter.name }
    return "\(format) \(list.joined(separator: ";"))"
  }
}

extension [FormatParameters.Parameter] {
  subscript(_ name: String) -> String? { first { SDPText.equalsIgnoringCase($0.name, name) }?.value }
}
