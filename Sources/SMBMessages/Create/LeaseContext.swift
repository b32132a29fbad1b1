public import Wire

/// MS-SMB2 2.2.13.2.8: what a lease lets its holder keep.
public struct LeaseState: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readCaching = LeaseState(rawValue: 0x0000_0001)
    public static let handleCaching = LeaseState(rawValue: 0x0000_0002)
    public static let writeCaching = LeaseState(rawValue: 0x0000_0004)
}

/// MS-SMB2 2.2.14.2.10: more about a lease.
public struct LeaseFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let breakInProgress = LeaseFlags(rawValue: 0x0000_0002)
    public static let parentKeySet = LeaseFlags(rawValue: 0x0000_0004)
}

/// MS-SMB2 2.2.13.2.8, 2.2.13.2.10, 2.2.14.2.10, 2.2.14.2.11: a lease as it is asked for and as it
/// is granted. The second version adds the parent and the epoch.
public struct LeaseContext: Hashable, Sendable {
    public static let size = 32
    public static let sizeV2 = 52

    /// What only the second version carries.
    public struct V2: Hashable, Sendable {
        public var parentKey: GUID
        public var epoch: UInt16

        public init(parentKey: GUID = .zero, epoch: UInt16) {
            self.parentKey = parentKey
            self.epoch = epoch
        }
    }

    public var key: GUID
    public var state: LeaseState
    public var flags: LeaseFlags
    public var v2: V2?

    public init(key: GUID, state: LeaseState, flags: LeaseFlags = [], v2: V2? = nil) {
        self.key = key
        self.state = state
        self.flags = flags
        self.v2 = v2
    }

    /// The length alone tells the versions apart.
    public init(data: [UInt8]) throws(WireError) {
        guard data.count == Self.size || data.count == Self.sizeV2 else {
            throw WireError(.invalidValue, at: 0)
        }
        self = try withReader(over: data) { reader throws(WireError) in
            let key = try GUID(from: &reader)
            let state = LeaseState(rawValue: try reader.read())
            let flags = LeaseFlags(rawValue: try reader.read())
            try reader.skip(8)
            guard reader.count == Self.sizeV2 else {
                return Self(key: key, state: state, flags: flags)
            }
            let parentKey = try GUID(from: &reader)
            let epoch = try reader.read(UInt16.self)
            return Self(
                key: key,
                state: state,
                flags: flags,
                v2: V2(parentKey: parentKey, epoch: epoch)
            )
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        key.encode(to: &writer)
        writer.write(state.rawValue)
        writer.write(flags.rawValue)
        writer.write(UInt64(0))
        if let v2 {
            v2.parentKey.encode(to: &writer)
            writer.write(v2.epoch)
            writer.write(UInt16(0))
        }
        return CreateContext(name: .lease, data: writer.finish())
    }
}
