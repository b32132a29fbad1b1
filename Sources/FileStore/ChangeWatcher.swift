public import SMBMessages

/// Tells one reactor thread what changes in directories (CHANGE_NOTIFY, MS-FSA 2.1.5.11).
///
/// Confined to that thread. The owner registers `descriptor` for reading with its reactor and
/// calls `drain()` when it is readable; the callbacks given to `watch` run inside `drain()`.
public protocol ChangeWatcher: AnyObject {
    var descriptor: Int32 { get }

    /// Starts telling about changes in `directory`, and below it when `recursive`.
    /// Changes are kept by nobody: who watches keeps its own bounded list.
    /// INSUFFICIENT_RESOURCES when there is no room for the watches.
    func watch(
        _ directory: any StoreFile,
        recursive: Bool,
        deliver: @escaping (DirectoryChange) -> Void
    ) throws(NTStatus) -> WatchID

    /// Stops; harmless when repeated.
    func stop(_ watch: WatchID)

    /// Reads what has happened and delivers it.
    func drain()
}

public struct WatchID: Hashable, Sendable {
    public var rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

extension CompletionFilter {
    /// What a rename changes of a file besides its name. It is told only to those who do not watch
    /// names.
    public static let ofRenamedFile: CompletionFilter = [.attributes, .creation]
}

/// One delivery to a watch.
public enum DirectoryChange: Hashable, Sendable {
    /// `path` is relative to the watched directory, with `\` between components.
    /// `matches` are the filters that the change completes; a watch whose filter has none of them
    /// does not report it.
    case entry(action: NotifyAction, path: String, matches: CompletionFilter)
    /// Too much happened, or the tree is too large: NOTIFY_ENUM_DIR.
    case overflow
    /// The directory itself is gone: NOTIFY_CLEANUP or DELETE_PENDING.
    case removed
}
