internal import Reactor
internal import SMBDirect
internal import Synchronization
internal import Transport
internal import Wire

/// Bulk data between the memories of two ends of ours.
enum PlacementChecks {
    static func run(_ suite: inout LabSuite) {
        for fabric in LabFabric.allCases {
            suite.test("\(fabric): RDMA WRITE to arrays of descriptors") {
                try place(fabric, pieces: [1], megabytes: 1)
                try place(fabric, pieces: [3, 1, 7, 2], megabytes: 1)
                try place(fabric, pieces: [Int](repeating: 1, count: 31), megabytes: 8)
            }
            suite.test("\(fabric): RDMA READ from arrays of descriptors") {
                try fetch(fabric, pieces: [1], byteCount: 1 << 20)
                try fetch(fabric, pieces: [2, 5, 1], byteCount: 999_999)
                try fetch(fabric, pieces: [Int](repeating: 1, count: 31), byteCount: 8 << 20)
            }
        }
    }

    /// Exposes a buffer of the client's in pieces of these relative lengths, out of order.
    static func expose(
        _ transport: DirectTransport,
        _ buffer: IOBuffer,
        pieces: [Int],
        byteCount: Int,
        access: RemoteAccess
    ) -> (memory: RemoteMemory, order: [(offset: Int, count: Int)])? {
        let whole = pieces.reduce(0, +)
        var order: [(offset: Int, count: Int)] = []
        var offset = 0
        for (number, piece) in pieces.enumerated() {
            let count =
                number == pieces.count - 1 ? byteCount - offset : byteCount / whole * piece
            order.append((offset, count))
            offset += count
        }
        order.reverse()
        var writer = WireWriter()
        for (offset, count) in order {
            guard
                let descriptor = transport.expose(
                    buffer,
                    offset: offset,
                    count: count,
                    access: access,
                )
            else { return nil }
            descriptor.encode(to: &writer)
        }
        let bytes = writer.finish()
        let memory = unsafe bytes.withUnsafeBytes { bytes -> RemoteMemory? in
            guard let start = bytes.baseAddress else { return nil }
            var reader = unsafe WireReader(RawSpan(_unsafeStart: start, byteCount: bytes.count))
            return try? RemoteMemory(from: &reader, count: bytes.count)
        }
        return memory.map { ($0, order) }
    }

    private static func place(_ fabric: LabFabric, pieces: [Int], megabytes: Int) throws {
        let byteCount = megabytes << 20
        let pair = try LabPair()
        defer { pair.stop() }
        let client = try pair.connect(fabric)
        try eventually("accepted") { pair.ends.count == 1 }
        let target = Held()
        let exposed = try onReactor(of: client) { transport -> ExposedMemory? in
            guard let buffer = transport.takeBuffer(capacity: byteCount) else { return nil }
            unsafe target.buffer = buffer
            return expose(
                transport,
                buffer,
                pieces: pieces,
                byteCount: byteCount,
                access: .writing,
            ).map { ExposedMemory(memory: $0.memory, order: $0.order) }
        }
        guard let exposed else { throw LabFailure("nothing exposed") }
        let sent = try onReactor(of: pair.ends[0]) { transport in
            guard let buffer = transport.takeBuffer(capacity: byteCount) else { return false }
            buffer.fill(seed: 5, count: byteCount)
            transport.send(
                OutboundMessage(
                    head: [1, 2, 3],
                    payload: .buffer(buffer, offset: 0, count: byteCount),
                    destination: exposed.memory,
                )
            )
            return true
        }
        try expect(sent, "the server has a buffer")
        try eventually("the head arrives") { client.messageCount == 1 }
        try expect(client.messages == [[1, 2, 3]], "the head")
        let isRight = try onReactor(of: client) { _ in
            guard let buffer = unsafe target.buffer else { return false }
            buffer.count = byteCount
            let bytes = buffer.array
            buffer.recycle()
            return exposed.holds(bytes, seed: 5)
        }
        try expect(isRight, "the bytes are where they belong")
    }

    private static func fetch(_ fabric: LabFabric, pieces: [Int], byteCount: Int) throws {
        let result = Held()
        let pair = try LabPair {
            LabEnd(
                onFetched: { _, _, _ in
                    unsafe result.bytes = unsafe result.buffer?.array ?? []
                    unsafe result.buffer?.recycle()
                }
            )
        }
        defer { pair.stop() }
        let client = try pair.connect(fabric)
        try eventually("accepted") { pair.ends.count == 1 }
        let source = Held()
        let exposed = try onReactor(of: client) { transport -> ExposedMemory? in
            guard let buffer = transport.takeBuffer(capacity: byteCount) else { return nil }
            unsafe source.buffer = buffer
            buffer.fill(seed: 9, count: byteCount)
            return expose(
                transport,
                buffer,
                pieces: pieces,
                byteCount: byteCount,
                access: .reading,
            ).map { ExposedMemory(memory: $0.memory, order: $0.order) }
        }
        guard let exposed else { throw LabFailure("nothing exposed") }
        let server = pair.ends[0]
        let isAsked = try onReactor(of: server) { transport in
            guard let buffer = transport.takeBuffer(capacity: byteCount) else { return false }
            unsafe result.buffer = buffer
            buffer.count = byteCount
            transport.fetch(
                exposed.memory,
                count: byteCount,
                into: buffer,
                offset: 0,
                fetcher: server,
                token: 77,
            )
            return true
        }
        try expect(isAsked, "the server has a buffer")
        try eventually("it is fetched") { server.seen.withLock { $0.fetched == [77] } }
        var expected: [UInt8] = []
        let pattern = LabPattern.bytes(seed: 9, count: byteCount)
        for (offset, count) in exposed.order { expected += pattern[offset..<offset + count] }
        unsafe try expect(result.bytes == expected, "the bytes in the descriptors' order")
    }
}

/// What travels between threads of a test, which take turns.
final class Held: @unchecked Sendable {
    nonisolated(unsafe) var buffer: IOBuffer?
    nonisolated(unsafe) var bytes: [UInt8] = []
}

struct ExposedMemory: Sendable {
    let memory: RemoteMemory
    /// Where in the buffer each descriptor's piece lies.
    let order: [(offset: Int, count: Int)]

    /// Whether a buffer holds a pattern that was written through the descriptors, in their order.
    func holds(_ bytes: [UInt8], seed: Int) -> Bool {
        var index = 0
        for (offset, count) in order {
            for position in offset..<offset + count {
                if bytes[position] != LabPattern.byte(seed: seed, at: index) { return false }
                index += 1
            }
        }
        return index == bytes.count
    }
}
