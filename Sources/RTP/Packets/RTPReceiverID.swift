/// Identifies a receiver of an `RTPSession`. The identifier of a removed receiver has no effect.
public struct RTPReceiverID: Sendable, Hashable {
  let index: Int
  let generation: UInt32
}
