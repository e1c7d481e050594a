import Testing

/// Real faults while recording: full disks, lost X servers, stalled machines.
///
/// One test at a time, since each records in real time.
@Suite(.serialized) enum FaultTests {}
