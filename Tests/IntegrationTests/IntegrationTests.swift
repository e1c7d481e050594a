import Testing

/// The command as its users run it: real X servers, real desktops, and other people's programs as judges.
///
/// One test at a time, since each records in real time.
@Suite(.serialized) enum IntegrationTests {}
