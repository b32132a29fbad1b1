public import FileStore

/// What is to be kept in memory: a file, or all files in and below a folder.
public struct PinWish: Sendable {
    /// As people wrote it, for logs.
    public var name: String
    public var store: any FileStore
    public var path: StorePath

    public init(name: String, store: any FileStore, path: StorePath) {
        self.name = name
        self.store = store
        self.path = path
    }
}
