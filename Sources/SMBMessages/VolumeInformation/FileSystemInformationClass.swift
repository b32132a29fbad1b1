/// Names of what can be asked or set about a volume (MS-FSCC 2.5).
public struct FileSystemInformationClass: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let volume = FileSystemInformationClass(rawValue: 1)
    public static let label = FileSystemInformationClass(rawValue: 2)
    public static let size = FileSystemInformationClass(rawValue: 3)
    public static let device = FileSystemInformationClass(rawValue: 4)
    public static let attribute = FileSystemInformationClass(rawValue: 5)
    public static let control = FileSystemInformationClass(rawValue: 6)
    public static let fullSize = FileSystemInformationClass(rawValue: 7)
    public static let objectID = FileSystemInformationClass(rawValue: 8)
    public static let driverPath = FileSystemInformationClass(rawValue: 9)
    public static let sectorSize = FileSystemInformationClass(rawValue: 11)
    /// The SMB 3.1.1 POSIX extensions.
    public static let posix = FileSystemInformationClass(rawValue: 100)
}
