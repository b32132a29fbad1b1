/// Times that an open does not change by reading or writing (MS-FSCC 2.4.7, the value -1).
public struct FrozenTimes: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let lastAccess = FrozenTimes(rawValue: 1)
    public static let lastWrite = FrozenTimes(rawValue: 2)
    public static let change = FrozenTimes(rawValue: 4)
}
