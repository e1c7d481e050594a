internal import Media

/// The work of the encode thread: takes pictures from the inbox, codes them, and delivers the frames.
struct EncodeLoop {
  let settings: EncodingSettings
  let inbox: Monitor<EncoderInbox>
  let subscribers: Monitor<VideoSubscribers>

  /// Returns once the source has ended and everything is delivered, or coding has failed.
  func run() {
    var failure: EncoderError?
    do throws(EncoderError) {
      try encode()
    } catch {
      failure = error
    }
    let skipped = inbox.withLock { $0.unreported }
    subscribers.withLock { subscribers in
      subscribers.report(skipped)
      subscribers.end(error: failure)
    }
    inbox.update { $0.finish() }
  }

  private func encode() throws(EncoderError) {
    guard let size = inbox.wait({ $0.firstSize }), size.width > 0 else { return }
    subscribers.withLock { $0.report(size) }
    var worker = try EncodeWorker(settings: settings, size: size)
    while true {
      let input = takeInput(before: worker.nextWake, picture: worker.picture)
      if !input.skipped.isEmpty { subscribers.withLock { $0.report(input.skipped) } }
      if let size = input.newSize {
        try worker.resize(to: size)
        subscribers.withLock { $0.report(size) }
      }
      if let frame = try worker.work(input, now: .now) {
        inbox.withLock { $0.count(frame) }
        subscribers.withLock { $0.deliver(frame) }
      }
      if let replaced = worker.takeReplaced() {
        inbox.withLock { $0.countReplaced() }
        subscribers.withLock { $0.report([replaced]) }
      }
      if worker.isDone { inbox.update { $0.delivered(input.captured) } }
      if input.ended, worker.isDone { return }
    }
  }

  /// Waits for a changed picture, a key frame request, the end, or the time `deadline`.
  private func takeInput(before deadline: MediaTime, picture: I420Picture) -> EncodeWorker.Input {
    var deadline = deadline
    while true {
      let taken = inbox.wait(until: deadline == .distantFuture ? nil : deadline) {
        $0.take(into: picture, before: deadline, now: .now)
      }
      switch taken {
      case .input(let input): return input
      case .delayed(let until): deadline = until
      case nil: return EncodeWorker.Input(ended: false, keyFrameRequested: false)
      }
    }
  }
}
