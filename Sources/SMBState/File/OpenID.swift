/// Names one open for as long as the server runs.
public struct OpenID: Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: OpenID, right: OpenID) -> Bool { left.rawValue < right.rawValue }
}

/// Names one request that waits for another client: its owner chooses the value and finds the
/// request by it when the wait is over.
public struct WaiterID: Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: WaiterID, right: WaiterID) -> Bool {
        left.rawValue < right.rawValue
    }
}
