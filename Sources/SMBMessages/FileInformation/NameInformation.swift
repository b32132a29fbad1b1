public import Wire

/// MS-FSCC 2.1.7: a name behind its length; three classes return one.
struct CountedName {
    static let fixedSize = 4

    var name: String

    init(_ name: String) { self.name = name }

    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        let byteCount = Int(try reader.read(UInt32.self))
        name = try reader.readUTF16(byteCount: byteCount)
    }

    func encode(to writer: inout WireWriter) {
        writer.write(UInt32(name.utf16.count * 2))
        writer.write(utf16: name)
    }
}

/// MS-FSCC 2.4.32: the file's path from the root of the share.
public struct NameInformation: FileInformation {
    public static let informationClass = FileInformationClass.name
    public static let fixedSize = CountedName.fixedSize

    public var name: String

    public init(name: String) { self.name = name }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        name = try CountedName(from: &reader).name
    }

    public func encode(to writer: inout WireWriter) { CountedName(name).encode(to: &writer) }
}

/// MS-FSCC 2.4.5: the 8.3 name.
public struct AlternateNameInformation: FileInformation {
    public static let informationClass = FileInformationClass.alternateName
    public static let fixedSize = CountedName.fixedSize

    public var name: String

    public init(name: String) { self.name = name }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        name = try CountedName(from: &reader).name
    }

    public func encode(to writer: inout WireWriter) { CountedName(name).encode(to: &writer) }
}

/// MS-FSCC 2.4.35: the path with every component as the volume spells it.
public struct NormalizedNameInformation: FileInformation {
    public static let informationClass = FileInformationClass.normalizedName
    public static let fixedSize = CountedName.fixedSize

    public var name: String

    public init(name: String) { self.name = name }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        name = try CountedName(from: &reader).name
    }

    public func encode(to writer: inout WireWriter) { CountedName(name).encode(to: &writer) }
}
