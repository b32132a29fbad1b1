public import Wire

/// MS-SMB2 2.2.1: the 64 bytes in front of every message, in both the SYNC and the ASYNC form.
public struct Header: Hashable, Sendable {
    public static let size = 64
    /// 0xFE 'S' 'M' 'B', read as a little-endian integer.
    public static let protocolID: UInt32 = 0x424D_53FE
    /// Compounded messages begin at multiples of this.
    public static let alignment = 8
    /// Where the signature lies; it counts as zeros while a signature is computed.
    public static let signatureOffset = 48
    public static let signatureSize = 16

    public var creditCharge: UInt16
    /// Of responses. In requests these four bytes hold `channelSequence`.
    public var status: NTStatus
    public var command: Command
    /// Credits asked for (requests) or granted (responses).
    public var credits: UInt16
    public var flags: HeaderFlags
    /// Offset of the next message of the compound from the start of this one, or zero.
    public var nextCommand: UInt32
    public var messageID: UInt64
    /// AsyncId in the ASYNC form; process (low half) and tree (high half) in the SYNC form.
    private var route: UInt64
    public var sessionID: UInt64
    public var signature: UInt128

    public init(
        command: Command,
        messageID: UInt64,
        flags: HeaderFlags = [],
        status: NTStatus = .success,
        credits: UInt16 = 0,
        creditCharge: UInt16 = 0,
        treeID: UInt32 = 0,
        sessionID: UInt64 = 0,
        nextCommand: UInt32 = 0
    ) {
        self.creditCharge = creditCharge
        self.status = status
        self.command = command
        self.credits = credits
        self.flags = flags
        self.nextCommand = nextCommand
        self.messageID = messageID
        self.route = UInt64(treeID) << 32
        self.sessionID = sessionID
        self.signature = 0
    }

    public var isResponse: Bool { flags.contains(.response) }
    public var isAsync: Bool { flags.contains(.async) }

    /// 3.x requests: how often the client changed its channel (MS-SMB2 3.2.4.1.1).
    public var channelSequence: UInt16 {
        get { UInt16(truncatingIfNeeded: status.rawValue) }
        set { status = NTStatus(rawValue: UInt32(newValue)) }
    }

    /// The server's name for a request that it answers later. Setting it makes the form ASYNC,
    /// which has no room for a tree.
    public var asyncID: UInt64 {
        get { isAsync ? route : 0 }
        set {
            flags.insert(.async)
            route = newValue
        }
    }

    /// Zero in the ASYNC form.
    public var treeID: UInt32 {
        get { isAsync ? 0 : UInt32(truncatingIfNeeded: route >> 32) }
        set { if !isAsync { route = route & 0xFFFF_FFFF | UInt64(newValue) << 32 } }
    }

    /// The reserved word of the SYNC form, where SMB1 kept a process identifier. Peers expect it
    /// back.
    public var processID: UInt32 {
        get { isAsync ? 0 : UInt32(truncatingIfNeeded: route) }
        set { if !isAsync { route = route & ~0xFFFF_FFFF | UInt64(newValue) } }
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        guard try reader.read(UInt32.self) == Self.protocolID else {
            throw WireError(.invalidValue, at: reader.offset - 4)
        }
        try reader.expectStructureSize(64)
        creditCharge = try reader.read()
        status = NTStatus(rawValue: try reader.read())
        command = Command(rawValue: try reader.read())
        credits = try reader.read()
        flags = HeaderFlags(rawValue: try reader.read())
        nextCommand = try reader.read()
        messageID = try reader.read()
        route = try reader.read()
        sessionID = try reader.read()
        signature = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.protocolID)
        writer.write(UInt16(64))
        writer.write(creditCharge)
        writer.write(status.rawValue)
        writer.write(command.rawValue)
        writer.write(credits)
        writer.write(flags.rawValue)
        writer.write(nextCommand)
        writer.write(messageID)
        writer.write(route)
        writer.write(sessionID)
        writer.write(signature)
    }
}
