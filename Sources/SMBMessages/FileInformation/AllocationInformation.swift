public import Wire

/// MS-FSCC 2.4.4: sets how much is allocated; less than the size truncates.
public struct AllocationInformation: FileInformation {
    public static let informationClass = FileInformationClass.allocation
    public static let fixedSize = 8

    public var allocationSize: UInt64

    public init(allocationSize: UInt64) {
        self.allocationSize = allocationSize
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        allocationSize = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(allocationSize)
    }
}
