import Media

// MARK: Reading

extension WebMTrack {
  /// Reads a `TrackEntry`, with Matroska's defaults for missing elements.
  /// - Throws: `WebMError` for a value of a wrong length, or a missing number, type or codec.
  init(_ entry: EBMLChild, in bytes: Span<UInt8>) throws(WebMError) {
    self.init(number: 0, uid: 0, kind: .other(0), codecID: "")
    var type = 0
    var video: WebMVideo?
    var audio: WebMAudio?
    var cursor = entry.children
    while let child = try cursor.next(in: bytes) {
      switch child.id {
      case .trackNumber: number = try child.integer(in: bytes)
      case .trackUID: uid = try child.unsigned(in: bytes)
      case .trackType: type = try child.integer(in: bytes)
      case .codecID: codecID = child.string(in: bytes)
      case .codecPrivate: codecPrivate = child.bytes(in: bytes)
      case .codecDelay: codecDelay = MediaTime(nanoseconds: Int64(try child.integer(in: bytes)))
      case .seekPreRoll: seekPreRoll = MediaTime(nanoseconds: Int64(try child.integer(in: bytes)))
      case .defaultDuration: defaultDuration = MediaTime(nanoseconds: Int64(try child.integer(in: bytes)))
      case .name: name = child.string(in: bytes)
      case .video: video = try WebMVideo(child, in: bytes)
      case .audio: audio = try WebMAudio(child, in: bytes)
      default: break
      }
    }
    guard number > 0 else { throw .missing(.trackNumber, offset: entry.offset) }
    guard !codecID.isEmpty else { throw .missing(.codecID, offset: entry.offset) }
    switch type {
    case 0: throw .missing(.trackType, offset: entry.offset)
    case 1:
      guard let video else { throw .missing(.video, offset: entry.offset) }
      kind = .video(video)
    case 2: kind = .audio(audio ?? WebMAudio(samplingFrequency: 8000, channels: 1))
    default: kind = .other(type)
    }
  }
}

extension WebMVideo {
  fileprivate init(_ element: EBMLChild, in bytes: Span<UInt8>) throws(WebMError) {
    self.init(width: 0, height: 0, colour: nil)
    var cursor = element.children
    while let child = try cursor.next(in: bytes) {
      switch child.id {
      case .pixelWidth: width = try child.integer(in: bytes)
      case .pixelHeight: height = try child.integer(in: bytes)
      case .colour: colour = try WebMColour(child, in: bytes)
      default: break
      }
    }
    guard width > 0 && height > 0 else { throw .invalidValue(.video, offset: element.offset) }
  }
}

extension WebMColour {
  fileprivate init(_ element: EBMLChild, in bytes: Span<UInt8>) throws(WebMError) {
    self.init()
    var cursor = element.children
    while let child = try cursor.next(in: bytes) {
      switch child.id {
      case .matrixCoefficients: matrixCoefficients = try child.integer(in: bytes)
      case .range: range = try child.integer(in: bytes)
      case .transferCharacteristics: transferCharacteristics = try child.integer(in: bytes)
      case .primaries: primaries = try child.integer(in: bytes)
      default: break
      }
    }
  }
}

extension WebMAudio {
  fileprivate init(_ element: EBMLChild, in bytes: Span<UInt8>) throws(WebMError) {
    self.init(samplingFrequency: 8000, channels: 1)
    var cursor = element.children
    while let child = try cursor.next(in: bytes) {
      switch child.id {
      case .samplingFrequency: samplingFrequency = try child.float(in: bytes)
      case .channels: channels = try child.integer(in: bytes)
      default: break
      }
    }
  }
}

// MARK: Writing

extension WebMTrack {
  /// Writes the track as a `TrackEntry`; the muxer does not use lacing.
  func write(into writer: inout EBMLWriter) {
    writer.master(.trackEntry) { entry in
      entry.unsigned(.trackNumber, UInt64(number))
      entry.unsigned(.trackUID, uid)
      entry.unsigned(.trackType, UInt64(trackType))
      entry.unsigned(.flagLacing, 0)
      if let defaultDuration { entry.unsigned(.defaultDuration, UInt64(max(1, defaultDuration.nanoseconds))) }
      // The default language is English.
      entry.string(.language, "und")
      if !name.isEmpty { entry.string(.name, name) }
      entry.string(.codecID, codecID)
      if !codecPrivate.isEmpty { entry.binary(.codecPrivate, codecPrivate) }
      if codecDelay > .zero { entry.unsigned(.codecDelay, UInt64(codecDelay.nanoseconds)) }
      if seekPreRoll > .zero { entry.unsigned(.seekPreRoll, UInt64(seekPreRoll.nanoseconds)) }
      switch kind {
      case .video(let video): video.write(into: &entry)
      case .audio(let audio): audio.write(into: &entry)
      case .other: break
      }
    }
  }

  private var trackType: Int {
    switch kind {
    case .video: 1
    case .audio: 2
    case .other(let type): type
    }
  }
}

extension WebMVideo {
  fileprivate func write(into writer: inout EBMLWriter) {
    writer.master(.video) { entry in
      entry.unsigned(.pixelWidth, UInt64(width))
      entry.unsigned(.pixelHeight, UInt64(height))
      guard let colour else { return }
      entry.master(.colour) { entry in
        entry.unsigned(.matrixCoefficients, UInt64(colour.matrixCoefficients))
        entry.unsigned(.range, UInt64(colour.range))
        entry.unsigned(.transferCharacteristics, UInt64(colour.transferCharacteristics))
        entry.unsigned(.primaries, UInt64(colour.primaries))
      }
    }
  }
}

extension WebMAudio {
  fileprivate func write(into writer: inout EBMLWriter) {
    writer.master(.audio) { entry in
      entry.float(.samplingFrequency, samplingFrequency)
      entry.unsigned(.channels, UInt64(channels))
    }
  }
}
