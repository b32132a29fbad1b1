public import Wire

/// Size and identity of the volume behind a store (MS-FSCC 2.5).
public struct StoreVolume: Hashable, Sendable {
    public var label: String
    public var serialNumber: UInt32
    /// Sixteen bytes that name the volume for QFid and object identifiers.
    public var identifier: GUID
    public var creationTime: FileTime
    /// "NTFS" by default: clients switch features off for names that they do not know.
    public var fileSystemName: String
    /// In bytes of UTF-8 on POSIX stores.
    public var maximumComponentLength: UInt32

    public var bytesPerSector: UInt32
    public var sectorsPerUnit: UInt32
    /// In units of `bytesPerSector * sectorsPerUnit` bytes.
    public var totalUnits: UInt64
    public var freeUnits: UInt64
    /// Free for the server's user.
    public var availableUnits: UInt64
    /// The size that reads and writes do best with.
    public var preferredBlockSize: UInt32
    public var totalFiles: UInt64
    public var freeFiles: UInt64

    public init(
        label: String,
        serialNumber: UInt32,
        identifier: GUID,
        creationTime: FileTime,
        fileSystemName: String,
        maximumComponentLength: UInt32,
        bytesPerSector: UInt32,
        sectorsPerUnit: UInt32,
        totalUnits: UInt64,
        freeUnits: UInt64,
        availableUnits: UInt64,
        preferredBlockSize: UInt32,
        totalFiles: UInt64,
        freeFiles: UInt64
    ) {
        self.label = label
        self.serialNumber = serialNumber
        self.identifier = identifier
        self.creationTime = creationTime
        self.fileSystemName = fileSystemName
        self.maximumComponentLength = maximumComponentLength
        self.bytesPerSector = bytesPerSector
        self.sectorsPerUnit = sectorsPerUnit
        self.totalUnits = totalUnits
        self.freeUnits = freeUnits
        self.availableUnits = availableUnits
        self.preferredBlockSize = preferredBlockSize
        self.totalFiles = totalFiles
        self.freeFiles = freeFiles
    }
}
