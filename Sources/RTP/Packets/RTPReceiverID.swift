/// Names a receiver of an `RTPSession`. An old one names nothing, so using it has no effect.
public struct RTPReceiverID: Sendable, Hashable {
  let index: Int
  let generation: UInt32
}
