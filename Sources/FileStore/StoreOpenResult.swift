/// What `FileStore.open` gives back.
public struct StoreOpenResult: Sendable {
    /// MS-SMB2 2.2.14, CreateAction.
    public enum Action: UInt32, Sendable {
        case superseded, opened, created, overwritten
    }

    public var file: any StoreFile
    public var action: Action
    /// As of the open, so that CREATE's response needs no second look.
    public var metadata: FileMetadata

    public init(file: any StoreFile, action: Action, metadata: FileMetadata) {
        self.file = file
        self.action = action
        self.metadata = metadata
    }
}
