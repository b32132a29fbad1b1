import Wire

/// MS-SMB2 2.2.13.2: an extra wish of a CREATE request, or an extra fact of its response.
///
/// The name is four characters, or a GUID. Unknown contexts are kept as they came.
public struct CreateContext: Hashable, Sendable {
    public struct Name: RawRepresentable, Hashable, Sendable {
        public var rawValue: [UInt8]

        public init(rawValue: [UInt8]) { self.rawValue = rawValue }

        public init(_ characters: StaticString) {
            rawValue = Array("\(characters)".utf8)
        }

        public static let extendedAttributes = Name("ExtA")
        public static let securityDescriptor = Name("SecD")
        public static let durableRequest = Name("DHnQ")
        public static let durableReconnect = Name("DHnC")
        public static let durableRequestV2 = Name("DH2Q")
        public static let durableReconnectV2 = Name("DH2C")
        public static let allocationSize = Name("AlSi")
        public static let maximalAccess = Name("MxAc")
        public static let timeWarp = Name("TWrp")
        public static let onDiskID = Name("QFid")
        public static let lease = Name("RqLs")
        /// Apple's extensions.
        public static let apple = Name("AAPL")
        /// The POSIX extensions.
        public static let posix = Name(rawValue: [
            0x93, 0xAD, 0x25, 0x50, 0x9C, 0xB4, 0x11, 0xE7,
            0xB4, 0x23, 0x83, 0xDE, 0x96, 0x8B, 0xCD, 0x7C,
        ])
        /// MS-SMB2 2.2.13.2.13.
        public static let appInstanceID = Name(rawValue: [
            0x45, 0xBC, 0xA6, 0x6A, 0xEF, 0xA7, 0xF7, 0x4A,
            0x90, 0x08, 0xFA, 0x46, 0x2E, 0x14, 0x4D, 0x74,
        ])
    }

    public var name: Name
    public var data: [UInt8]

    public init(name: Name, data: [UInt8] = []) {
        self.name = name
        self.data = data
    }
}

extension [CreateContext] {
    /// The data of the first context of that name.
    public func data(of name: CreateContext.Name) -> [UInt8]? {
        first { $0.name == name }?.data
    }

    /// The list as it lies in a CREATE message, with the reader over the list alone.
    @_lifetime(list: copy list)
    init(from list: inout WireReader) throws(WireError) {
        self = []
        guard list.count > 0 else { return }
        var start = 0
        while true {
            try list.seek(to: start)
            let next = Int(try list.read(UInt32.self))
            let nameOffset = Int(try list.read(UInt16.self))
            let nameCount = Int(try list.read(UInt16.self))
            try list.skip(2)
            let dataOffset = Int(try list.read(UInt16.self))
            let dataCount = Int(try list.read(UInt32.self))
            let end = next == 0 ? list.count : start + next
            // Each context must lie on an eight-byte boundary, and hold its own name and data.
            guard next.isMultiple(of: 8), next == 0 || next >= 16, end <= list.count,
                nameOffset + nameCount <= end - start,
                dataCount == 0 || dataOffset + dataCount <= end - start
            else { throw WireError(.outOfBounds, at: start) }
            append(
                CreateContext(
                    name: .init(
                        rawValue: try list.buffer(at: start + nameOffset, count: nameCount)
                    ),
                    data: try list.buffer(at: start + dataOffset, count: dataCount)
                )
            )
            if next == 0 { return }
            start += next
        }
    }

    /// Pads, then writes the list, whose first byte `offset` shall name and `length` count.
    func encode(
        offset: WireWriter.Mark<UInt32>,
        length: WireWriter.Mark<UInt32>,
        to writer: inout WireWriter
    ) {
        guard !isEmpty else { return }
        writer.pad(to: 8)
        writer.fillOffset(offset)
        let listStart = writer.count
        for (index, context) in enumerated() {
            let start = writer.count
            let next = writer.reserve(UInt32.self)
            let nameOffset = writer.reserve(UInt16.self)
            writer.write(UInt16(clamping: context.name.rawValue.count))
            writer.write(UInt16(0))
            let dataOffset = writer.reserve(UInt16.self)
            writer.write(UInt32(clamping: context.data.count))
            writer.fill(nameOffset, with: writer.count - start)
            writer.write(bytes: context.name.rawValue)
            if !context.data.isEmpty {
                writer.pad(to: 8)
                writer.fill(dataOffset, with: writer.count - start)
                writer.write(bytes: context.data)
            }
            if index < count - 1 {
                writer.pad(to: 8)
                writer.fill(next, with: writer.count - start)
            }
        }
        writer.fill(length, with: writer.count - listStart)
    }
}
