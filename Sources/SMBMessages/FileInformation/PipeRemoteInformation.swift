public import Wire

/// MS-FSCC 2.4.39: how a remote pipe gathers data.
public struct PipeRemoteInformation: FileInformation {
    public static let informationClass = FileInformationClass.pipeRemote
    public static let fixedSize = 12

    public var collectDataTime: UInt64
    public var maximumCollectionCount: UInt32

    public init(collectDataTime: UInt64, maximumCollectionCount: UInt32) {
        self.collectDataTime = collectDataTime
        self.maximumCollectionCount = maximumCollectionCount
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        collectDataTime = try reader.read()
        maximumCollectionCount = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(collectDataTime)
        writer.write(maximumCollectionCount)
    }
}
