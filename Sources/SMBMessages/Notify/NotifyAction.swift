/// What happened to an entry of a watched directory (MS-FSCC 2.7.1).
public struct NotifyAction: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let added = NotifyAction(rawValue: 1)
    public static let removed = NotifyAction(rawValue: 2)
    public static let modified = NotifyAction(rawValue: 3)
    public static let renamedOldName = NotifyAction(rawValue: 4)
    public static let renamedNewName = NotifyAction(rawValue: 5)
    public static let addedStream = NotifyAction(rawValue: 6)
    public static let removedStream = NotifyAction(rawValue: 7)
    public static let modifiedStream = NotifyAction(rawValue: 8)
}
