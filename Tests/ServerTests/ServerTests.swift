import Testing

/// Commands as a client sees them. One server serves all of these tests, one after the other: each
/// begins with an empty share.
@Suite(.serialized) struct ServerTests {}
