public import Wire

/// MS-SMB2 2.2.13.2.3 and 2.2.14.2.3: asks that the open outlive its connection, and the consent.
/// Neither says anything but that it is there.
public enum DurableHandle {
    public static var request: CreateContext {
        CreateContext(name: .durableRequest, data: [UInt8](repeating: 0, count: 16))
    }

    public static var response: CreateContext {
        CreateContext(name: .durableRequest, data: [UInt8](repeating: 0, count: 8))
    }
}

/// MS-SMB2 2.2.13.2.4: takes up an open of a lost connection again.
public struct DurableReconnectRequest: Hashable, Sendable {
    public var fileID: FileID

    public init(fileID: FileID) { self.fileID = fileID }

    public init(data: [UInt8]) throws(WireError) {
        fileID = try withReader(over: data) { reader throws(WireError) in
            try FileID(from: &reader)
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        fileID.encode(to: &writer)
        return CreateContext(name: .durableReconnect, data: writer.finish())
    }
}

/// MS-SMB2 2.2.13.2.11: the flags of the second version's contexts.
public struct DurableFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let persistent = DurableFlags(rawValue: 0x0000_0002)
}

/// MS-SMB2 2.2.13.2.11: asks for a durable open that can be created twice without harm.
public struct DurableV2Request: Hashable, Sendable {
    /// How long the server shall keep it, or zero for the server's own idea.
    public var timeoutMilliseconds: UInt32
    public var flags: DurableFlags
    public var createGUID: GUID

    public init(timeoutMilliseconds: UInt32, flags: DurableFlags, createGUID: GUID) {
        self.timeoutMilliseconds = timeoutMilliseconds
        self.flags = flags
        self.createGUID = createGUID
    }

    public init(data: [UInt8]) throws(WireError) {
        self = try withReader(over: data) { reader throws(WireError) in
            let timeout = try reader.read(UInt32.self)
            let flags = DurableFlags(rawValue: try reader.read())
            try reader.skip(8)
            return Self(
                timeoutMilliseconds: timeout,
                flags: flags,
                createGUID: try GUID(from: &reader)
            )
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        writer.write(timeoutMilliseconds)
        writer.write(flags.rawValue)
        writer.write(zeros: 8)
        createGUID.encode(to: &writer)
        return CreateContext(name: .durableRequestV2, data: writer.finish())
    }
}

/// MS-SMB2 2.2.14.2.12: the open is durable, and for how long.
public struct DurableV2Response: Hashable, Sendable {
    public var timeoutMilliseconds: UInt32
    public var flags: DurableFlags

    public init(timeoutMilliseconds: UInt32, flags: DurableFlags = []) {
        self.timeoutMilliseconds = timeoutMilliseconds
        self.flags = flags
    }

    public init(data: [UInt8]) throws(WireError) {
        self = try withReader(over: data) { reader throws(WireError) in
            let timeout = try reader.read(UInt32.self)
            return Self(
                timeoutMilliseconds: timeout,
                flags: DurableFlags(rawValue: try reader.read())
            )
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        writer.write(timeoutMilliseconds)
        writer.write(flags.rawValue)
        return CreateContext(name: .durableRequestV2, data: writer.finish())
    }
}

/// MS-SMB2 2.2.13.2.12: takes up an open of a lost connection again.
public struct DurableV2ReconnectRequest: Hashable, Sendable {
    public var fileID: FileID
    public var createGUID: GUID
    public var flags: DurableFlags

    public init(fileID: FileID, createGUID: GUID, flags: DurableFlags = []) {
        self.fileID = fileID
        self.createGUID = createGUID
        self.flags = flags
    }

    public init(data: [UInt8]) throws(WireError) {
        self = try withReader(over: data) { reader throws(WireError) in
            let fileID = try FileID(from: &reader)
            let createGUID = try GUID(from: &reader)
            return Self(
                fileID: fileID,
                createGUID: createGUID,
                flags: DurableFlags(rawValue: try reader.read())
            )
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        fileID.encode(to: &writer)
        createGUID.encode(to: &writer)
        writer.write(flags.rawValue)
        return CreateContext(name: .durableReconnectV2, data: writer.finish())
    }
}
