public import Wire

/// MS-FSCC 2.1.2: the data that makes a file something else: a link, a socket, a device.
public enum ReparsePoint: Hashable, Sendable {
    /// MS-FSCC 2.1.2.4.
    case symbolicLink(substitute: String, print: String, isRelative: Bool)
    /// MS-FSCC 2.1.2.5.
    case mountPoint(substitute: String, print: String)
    /// MS-FSCC 2.1.2.7.
    case lxSymbolicLink(target: [UInt8])
    /// MS-FSCC 2.1.2.6.
    case nfs(type: UInt64, data: [UInt8])
    case other(tag: ReparseTag, data: [UInt8])

    public static let headerSize = 8

    public static let nfsSymbolicLink: UInt64 = 0x0000_0000_014B_4E4C
    public static let nfsCharacterDevice: UInt64 = 0x0000_0000_0052_4843
    public static let nfsBlockDevice: UInt64 = 0x0000_0000_004B_4C42
    public static let nfsFIFO: UInt64 = 0x0000_0000_4F46_4946
    public static let nfsSocket: UInt64 = 0x0000_0000_4B43_4F53

    private static let symbolicLinkIsRelative: UInt32 = 1
    private static let lxVersion: UInt32 = 2

    public var tag: ReparseTag {
        switch self {
        case .symbolicLink: .symbolicLink
        case .mountPoint: .mountPoint
        case .lxSymbolicLink: .lxSymbolicLink
        case .nfs: .nfs
        case .other(let tag, _): tag
        }
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let tag = ReparseTag(rawValue: try reader.read())
        let count = Int(try reader.read(UInt16.self))
        try reader.skip(2)
        let start = reader.offset
        var data = try reader.slice(at: start, count: count)
        try reader.skip(count)
        switch tag {
        case .symbolicLink:
            let names = try Self.readNames(from: &data, hasFlags: true)
            let isRelative = names.flags & Self.symbolicLinkIsRelative != 0
            self = .symbolicLink(
                substitute: names.substitute,
                print: names.print,
                isRelative: isRelative
            )
        case .mountPoint:
            let names = try Self.readNames(from: &data, hasFlags: false)
            self = .mountPoint(substitute: names.substitute, print: names.print)
        case .lxSymbolicLink:
            guard try data.read(UInt32.self) == Self.lxVersion else {
                throw WireError(.invalidValue, at: start)
            }
            self = .lxSymbolicLink(target: try data.readBytes(count: data.remaining))
        case .nfs where count >= 8:
            let type = try data.read(UInt64.self)
            self = .nfs(type: type, data: try data.readBytes(count: data.remaining))
        default:
            self = .other(tag: tag, data: try data.readBytes(count: data.remaining))
        }
    }

    /// The two names lie anywhere in a buffer behind the fixed fields.
    @_lifetime(data: copy data)
    private static func readNames(
        from data: inout WireReader,
        hasFlags: Bool
    ) throws(WireError) -> (substitute: String, print: String, flags: UInt32) {
        let substituteOffset = Int(try data.read(UInt16.self))
        let substituteCount = Int(try data.read(UInt16.self))
        let printOffset = Int(try data.read(UInt16.self))
        let printCount = Int(try data.read(UInt16.self))
        let flags = hasFlags ? try data.read(UInt32.self) : 0
        let base = data.offset
        let substitute = try data.text(at: base + substituteOffset, byteCount: substituteCount)
        let print = try data.text(at: base + printOffset, byteCount: printCount)
        return (substitute, print, flags)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(tag.rawValue)
        let length = writer.reserve(UInt16.self)
        writer.write(UInt16(0))
        let start = writer.count
        switch self {
        case .symbolicLink(let substitute, let print, let isRelative):
            let flags = isRelative ? Self.symbolicLinkIsRelative : 0
            Self.write(substitute, print, flags: flags, to: &writer)
        case .mountPoint(let substitute, let print):
            Self.write(substitute, print, flags: nil, to: &writer)
        case .lxSymbolicLink(let target):
            writer.write(Self.lxVersion)
            writer.write(bytes: target)
        case .nfs(let type, let data):
            writer.write(type)
            writer.write(bytes: data)
        case .other(_, let data):
            writer.write(bytes: data)
        }
        writer.fill(length, with: writer.count - start)
    }

    private static func write(
        _ substitute: String,
        _ print: String,
        flags: UInt32?,
        to writer: inout WireWriter
    ) {
        let substituteCount = substitute.utf16.count * 2
        writer.write(UInt16(0))
        writer.write(UInt16(clamping: substituteCount))
        writer.write(UInt16(clamping: substituteCount))
        writer.write(UInt16(clamping: print.utf16.count * 2))
        if let flags { writer.write(flags) }
        writer.write(utf16: substitute)
        writer.write(utf16: print)
    }
}
