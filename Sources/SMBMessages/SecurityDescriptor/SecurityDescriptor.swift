public import Wire

/// MS-DTYP 2.4.6, self-relative: who owns an object and who may do what with it.
public struct SecurityDescriptor: Hashable, Sendable {
    /// Owner, group, and two lists that cannot be longer than their size fields say.
    public static let encodedSizeMax = 20 + 2 * 68 + 2 * AccessControlList.encodedSizeMax
    static let headerSize = 20

    public struct Control: OptionSet, Hashable, Sendable {
        public var rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let ownerDefaulted = Control(rawValue: 0x0001)
        public static let groupDefaulted = Control(rawValue: 0x0002)
        public static let discretionaryACLPresent = Control(rawValue: 0x0004)
        public static let discretionaryACLDefaulted = Control(rawValue: 0x0008)
        public static let systemACLPresent = Control(rawValue: 0x0010)
        public static let systemACLDefaulted = Control(rawValue: 0x0020)
        public static let discretionaryACLInheritRequired = Control(rawValue: 0x0100)
        public static let systemACLInheritRequired = Control(rawValue: 0x0200)
        public static let discretionaryACLAutoInherited = Control(rawValue: 0x0400)
        public static let systemACLAutoInherited = Control(rawValue: 0x0800)
        public static let discretionaryACLProtected = Control(rawValue: 0x1000)
        public static let systemACLProtected = Control(rawValue: 0x2000)
        public static let resourceManagerControlValid = Control(rawValue: 0x4000)
        public static let selfRelative = Control(rawValue: 0x8000)
    }

    public var control: Control
    public var owner: SID?
    public var group: SID?
    public var systemACL: AccessControlList?
    /// Nil with `discretionaryACLPresent` set is the null list, which allows everything.
    public var discretionaryACL: AccessControlList?

    public init(
        control: Control = [.selfRelative],
        owner: SID? = nil,
        group: SID? = nil,
        systemACL: AccessControlList? = nil,
        discretionaryACL: AccessControlList? = nil
    ) {
        self.control = control
        self.owner = owner
        self.group = group
        self.systemACL = systemACL
        self.discretionaryACL = discretionaryACL
    }

    /// Offsets inside the descriptor count from where `reader` stands, which must be its start.
    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        guard try reader.read(UInt8.self) == 1 else { throw WireError(.invalidValue, at: start) }
        try reader.skip(1)
        control = Control(rawValue: try reader.read())
        guard control.contains(.selfRelative) else {
            throw WireError(.invalidValue, at: start + 2)
        }
        let ownerOffset = Int(try reader.read(UInt32.self))
        let groupOffset = Int(try reader.read(UInt32.self))
        let systemOffset = Int(try reader.read(UInt32.self))
        let discretionaryOffset = Int(try reader.read(UInt32.self))
        let end = reader.count
        func checked(_ offset: Int) throws(WireError) -> Int {
            guard offset >= Self.headerSize, offset <= end - start else {
                throw WireError(.outOfBounds, at: start)
            }
            return start + offset
        }
        if ownerOffset != 0 {
            try reader.seek(to: try checked(ownerOffset))
            owner = try SID(from: &reader)
        }
        if groupOffset != 0 {
            try reader.seek(to: try checked(groupOffset))
            group = try SID(from: &reader)
        }
        if systemOffset != 0, control.contains(.systemACLPresent) {
            try reader.seek(to: try checked(systemOffset))
            systemACL = try AccessControlList(from: &reader)
        }
        if discretionaryOffset != 0, control.contains(.discretionaryACLPresent) {
            try reader.seek(to: try checked(discretionaryOffset))
            discretionaryACL = try AccessControlList(from: &reader)
        }
    }

    public var encodedSize: Int {
        Self.headerSize + (owner?.encodedSize ?? 0) + (group?.encodedSize ?? 0)
            + (systemACL?.encodedSize ?? 0) + (discretionaryACL?.encodedSize ?? 0)
    }

    public func encode(to writer: inout WireWriter) {
        let start = writer.count
        writer.write(UInt8(1))
        writer.write(UInt8(0))
        writer.write(control.union(.selfRelative).rawValue)
        let ownerOffset = writer.reserve(UInt32.self)
        let groupOffset = writer.reserve(UInt32.self)
        let systemOffset = writer.reserve(UInt32.self)
        let discretionaryOffset = writer.reserve(UInt32.self)
        if let systemACL {
            writer.fill(systemOffset, with: writer.count - start)
            systemACL.encode(to: &writer)
        }
        if let discretionaryACL {
            writer.fill(discretionaryOffset, with: writer.count - start)
            discretionaryACL.encode(to: &writer)
        }
        if let owner {
            writer.fill(ownerOffset, with: writer.count - start)
            owner.encode(to: &writer)
        }
        if let group {
            writer.fill(groupOffset, with: writer.count - start)
            group.encode(to: &writer)
        }
    }

    /// The descriptor in a buffer of its own.
    public func encoded() -> [UInt8] {
        var writer = WireWriter()
        encode(to: &writer)
        return writer.finish()
    }
}
