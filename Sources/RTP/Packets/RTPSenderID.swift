/// Identifies a sender of an `RTPSession`. The identifier of a removed sender has no effect.
public struct RTPSenderID: Sendable, Hashable {
  let index: Int
  let generation: UInt32
}
