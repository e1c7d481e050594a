import Testing

/// What goes wrong while recording, with the real fault each time: disks that fill, servers that go, machines that stall.
///
/// One test at a time, since each records in real time.
@Suite(.serialized) enum FaultTests {}
