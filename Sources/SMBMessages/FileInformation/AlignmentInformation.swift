public import Wire

/// MS-FSCC 2.4.3: the alignment that buffers must have, as a mask.
public struct AlignmentInformation: FileInformation {
    public static let informationClass = FileInformationClass.alignment
    public static let fixedSize = 4

    public var requirement: UInt32

    public init(requirement: UInt32) {
        self.requirement = requirement
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        requirement = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(requirement)
    }
}
