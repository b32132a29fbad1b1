internal import Reactor
internal import SMBDirect
internal import Transport

/// What one end of a simulated fabric has shown its peer, and the checks that a device makes.
///
/// Every exposure has a token of its own that is good for its bytes and its kind of access alone:
/// stricter than devices that know one token for all registered memory, so that a wrong
/// descriptor is found by the first test that uses it.
struct SimulatedMemory {
    /// Exposures known at once; the oldest are forgotten beyond it.
    static let exposuresMax = 65536

    private struct Exposure {
        var buffer: IOBuffer
        /// The loan during which it was shown: afterwards the memory is somebody else's.
        var loan: UInt64
        var start: Int
        var count: Int
        var access: RemoteAccess
    }

    private var exposures: [UInt32: Exposure] = [:]
    private var oldestToken: UInt32
    private var nextToken: UInt32
    /// Accesses to memory that its owner had given back: data would have been corrupted.
    private(set) var staleAccessCount = 0

    /// Tokens of different transports are different, so that none works on another.
    init(firstToken: UInt32) {
        oldestToken = firstToken
        nextToken = firstToken
    }

    mutating func expose(
        _ buffer: IOBuffer,
        offset: Int,
        count: Int,
        access: RemoteAccess
    ) -> BufferDescriptor {
        let token = nextToken
        nextToken &+= 1
        exposures[token] = Exposure(
            buffer: buffer,
            loan: buffer.loan,
            start: offset,
            count: count,
            access: access
        )
        while exposures.count > Self.exposuresMax {
            exposures[oldestToken] = nil
            oldestToken &+= 1
        }
        let address = unsafe UInt64(UInt(bitPattern: buffer.base)) + UInt64(offset)
        return BufferDescriptor(offset: address, token: token, length: UInt32(count))
    }

    /// False when the token means nothing.
    mutating func invalidate(_ token: UInt32) -> Bool {
        exposures.removeValue(forKey: token) != nil
    }

    /// The memory that `count` bytes from the start of the descriptors are in, piece by piece;
    /// throws what a device would end the connection for.
    mutating func withPieces(
        of memory: RemoteMemory,
        count: Int,
        access: RemoteAccess,
        _ body: (_ done: Int, UnsafeMutableRawBufferPointer) -> Void
    ) throws(SimulatedAccessError) {
        var done = 0
        for index in 0..<memory.descriptorCount where done < count {
            let descriptor = memory[index]
            let part = min(Int(descriptor.length), count - done)
            let place = try unsafe check(descriptor, count: part, access: access)
            unsafe body(done, place)
            done += part
        }
        guard done == count else { throw SimulatedAccessError(reason: "too little memory") }
    }

    private mutating func check(
        _ descriptor: BufferDescriptor,
        count: Int,
        access: RemoteAccess
    ) throws(SimulatedAccessError) -> UnsafeMutableRawBufferPointer {
        guard let exposure = exposures[descriptor.token] else {
            throw SimulatedAccessError(reason: "an unknown token")
        }
        guard exposure.access == access else {
            throw SimulatedAccessError(reason: "a token without that right")
        }
        let first = unsafe UInt64(UInt(bitPattern: exposure.buffer.base)) + UInt64(exposure.start)
        let offset = descriptor.offset.subtractingReportingOverflow(first)
        guard !offset.overflow, offset.partialValue <= UInt64(exposure.count),
            count <= exposure.count - Int(offset.partialValue)
        else { throw SimulatedAccessError(reason: "a range outside the exposed memory") }
        if exposure.buffer.loan != exposure.loan { staleAccessCount += 1 }
        let start = unsafe exposure.buffer.base + exposure.start + Int(offset.partialValue)
        return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
    }
}

/// Why a device refused to touch memory.
struct SimulatedAccessError: Error {
    var reason: String
}
