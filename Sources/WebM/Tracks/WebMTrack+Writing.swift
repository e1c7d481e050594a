import Media

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
