import Media

/// A capturer's warnings: a code for programs and a sentence for users.
enum CaptureWarnings {
  typealias Warning = (code: String, message: String)

  static let damageUnreliable: Warning = (
    "damageUnreliable",
    "the X server changes the screen without reporting it; every picture is compared with the one before from now on, "
      + "which costs more CPU"
  )

  static func windowHidden(_ title: String) -> Warning {
    (
      "windowHidden",
      "the window \(printable(title)) is minimised or on a workspace that is not shown; it is black until it is shown"
    )
  }

  static func windowClosed(_ title: String) -> Warning {
    (
      "windowClosed",
      "the window \(printable(title)) was closed; a window that its program opens again has to be captured again"
    )
  }

  /// Does not name the window: the message may appear on the screen that is shared.
  static func exclusionFits(_ selection: WindowSelection) -> Warning {
    ("exclusionFits", "the exclusion \(selection.argument) fits a window now, which is black from here on")
  }

  static func exclusionFitsNothing(_ selection: WindowSelection, _ windows: [DisplayWindow]) -> Warning {
    let advice = selection.advice(for: windows, isForOne: false)
    return (
      "exclusionFitsNothing",
      "the exclusion \(selection.argument) fits no window yet"
        + (advice.map { ", \(selection.reasonForNoFit); \($0) would" } ?? "; a warning follows when it fits one")
    )
  }

  static func atStart(
    _ extensions: XExtensions, _ options: DisplayMediaStreamOptions, _ layout: SurfaceLayout,
    _ monitors: [DisplayMonitor], _ method: CaptureMethod
  ) -> [Warning] {
    var warnings: [Warning] = []
    if extensions.damageEvent == nil {
      let missing = extensions.fixesEvent == nil ? "XFIXES" : "DAMAGE"
      warnings.append(
        (
          "damageMissing",
          "the X server has no \(missing) extension and does not report changes; every picture is compared with the "
            + "one before, which costs more CPU"
        ))
    }
    if extensions.fixesEvent == nil, options.cursor != .never {
      warnings.append(
        ("cursorMissing", "the X server has no XFIXES extension; the pointer is not in the picture"))
    }
    if method == .image {
      warnings.append(
        (
          "sharedMemoryMissing",
          "the X server shares no memory with this program (it runs elsewhere, or without MIT-SHM); all pixels come "
            + "through the connection, which costs CPU, and over a network, time"
        ))
    }
    if !extensions.hasMonitors {
      warnings.append(
        (
          "monitorsMissing",
          "the X server has no RANDR extension of version 1.5 and names no monitors; the whole screen counts as one"
        ))
    }
    if extensions.isXWayland || monitors.contains(where: { $0.name.hasPrefix("XWAYLAND") }) {
      warnings.append(
        ("xwayland", "the display belongs to a Wayland session; only X11 programs are in the picture"))
    }
    if case .region(let region) = options.surface, region != layout.area {
      let area = layout.area
      warnings.append(
        (
          "regionClipped",
          "the region reaches past the screen and is cut to \(area.width)x\(area.height)+\(area.x)+\(area.y)"
        ))
    }
    return warnings
  }
}
