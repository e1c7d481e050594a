import Testing

/// The command as its users run it: with real X servers and desktops, checked by other programs.
///
/// One test at a time, since each records in real time.
@Suite(.serialized) enum IntegrationTests {}
