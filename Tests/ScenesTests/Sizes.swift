import Media

/// Screens large and small, even and odd.
let screenSizes = [
  (1920, 1080), (3840, 2160), (1023, 767), (1366, 768), (1080, 1920), (640, 480), (321, 241), (160, 120),
]
.map { PixelSize(width: $0.0, height: $0.1) }
