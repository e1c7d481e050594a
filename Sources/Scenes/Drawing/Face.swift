/// The fonts of the scenes, by their names in xfonts-base.
enum Face: String, CaseIterable {
  case tiny = "6x10"
  case small = "6x13"
  case label = "7x13"
  case labelBold = "7x13bold"
  case body = "9x15"
  case bodyBold = "9x15bold"
  case heading = "10x20"
}
