public import Wire

/// MS-FSCC 2.4.7: times and attributes. In a SET_INFO a time of zero means leave it; -1 and -2
/// stop and resume the updates that the system makes through this open.
public struct BasicInformation: FileInformation {
    public static let informationClass = FileInformationClass.basic
    public static let fixedSize = 40

    public var creationTime: FileTime
    public var lastAccessTime: FileTime
    public var lastWriteTime: FileTime
    public var changeTime: FileTime
    public var attributes: FileAttributes

    public init(
        creationTime: FileTime,
        lastAccessTime: FileTime,
        lastWriteTime: FileTime,
        changeTime: FileTime,
        attributes: FileAttributes
    ) {
        self.creationTime = creationTime
        self.lastAccessTime = lastAccessTime
        self.lastWriteTime = lastWriteTime
        self.changeTime = changeTime
        self.attributes = attributes
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        creationTime = try FileTime(from: &reader)
        lastAccessTime = try FileTime(from: &reader)
        lastWriteTime = try FileTime(from: &reader)
        changeTime = try FileTime(from: &reader)
        attributes = FileAttributes(rawValue: try reader.read())
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        creationTime.encode(to: &writer)
        lastAccessTime.encode(to: &writer)
        lastWriteTime.encode(to: &writer)
        changeTime.encode(to: &writer)
        writer.write(attributes.rawValue)
        writer.write(zeros: 4)
    }
}
