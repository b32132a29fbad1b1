public import Wire

/// MS-SMB2 2.2.13.2.5: asks for the most that the user may do with the file.
public struct MaximalAccessRequest: Hashable, Sendable {
    /// Answer only if the file has changed since; absent means "in any case".
    public var timestamp: FileTime?

    public init(timestamp: FileTime? = nil) { self.timestamp = timestamp }

    public init(data: [UInt8]) throws(WireError) {
        if data.isEmpty { return }
        timestamp = try withReader(over: data) { reader throws(WireError) in
            try FileTime(from: &reader)
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        timestamp?.encode(to: &writer)
        return CreateContext(name: .maximalAccess, data: writer.finish())
    }
}

/// MS-SMB2 2.2.14.2.5: the most that the user may do with the file.
public struct MaximalAccessResponse: Hashable, Sendable {
    public var status: NTStatus
    public var access: AccessMask

    public init(status: NTStatus = .success, access: AccessMask) {
        self.status = status
        self.access = access
    }

    public init(data: [UInt8]) throws(WireError) {
        self = try withReader(over: data) { reader throws(WireError) in
            let status = NTStatus(rawValue: try reader.read())
            return Self(status: status, access: AccessMask(rawValue: try reader.read()))
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        writer.write(status.rawValue)
        writer.write(access.rawValue)
        return CreateContext(name: .maximalAccess, data: writer.finish())
    }
}

/// MS-SMB2 2.2.14.2.9: which file of which volume this is. The request has no data.
public struct OnDiskIDResponse: Hashable, Sendable {
    public var fileID: UInt64
    public var volumeID: UInt64

    public init(fileID: UInt64, volumeID: UInt64) {
        self.fileID = fileID
        self.volumeID = volumeID
    }

    public init(data: [UInt8]) throws(WireError) {
        self = try withReader(over: data) { reader throws(WireError) in
            let fileID = try reader.read(UInt64.self)
            let volumeID = try reader.read(UInt64.self)
            try reader.skip(16)
            return Self(fileID: fileID, volumeID: volumeID)
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        writer.write(fileID)
        writer.write(volumeID)
        writer.write(zeros: 16)
        return CreateContext(name: .onDiskID, data: writer.finish())
    }
}

/// MS-SMB2 2.2.13.2.6: how much room to allocate for a new or overwritten file.
public struct AllocationSizeRequest: Hashable, Sendable {
    public var size: UInt64

    public init(size: UInt64) { self.size = size }

    public init(data: [UInt8]) throws(WireError) {
        size = try withReader(over: data) { reader throws(WireError) in try reader.read() }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        writer.write(size)
        return CreateContext(name: .allocationSize, data: writer.finish())
    }
}

/// MS-SMB2 2.2.13.2.7: opens the file as it was at a moment in the past.
public struct TimeWarpRequest: Hashable, Sendable {
    public var timestamp: FileTime

    public init(timestamp: FileTime) { self.timestamp = timestamp }

    public init(data: [UInt8]) throws(WireError) {
        timestamp = try withReader(over: data) { reader throws(WireError) in
            try FileTime(from: &reader)
        }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        timestamp.encode(to: &writer)
        return CreateContext(name: .timeWarp, data: writer.finish())
    }
}

/// The POSIX extensions' wish: the mode of a file that is created.
public struct POSIXCreateRequest: Hashable, Sendable {
    public var mode: UInt32

    public init(mode: UInt32) { self.mode = mode }

    public init(data: [UInt8]) throws(WireError) {
        mode = try withReader(over: data) { reader throws(WireError) in try reader.read() }
    }

    public var context: CreateContext {
        var writer = WireWriter()
        writer.write(mode)
        return CreateContext(name: .posix, data: writer.finish())
    }
}
