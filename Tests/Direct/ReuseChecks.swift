internal import Reactor
internal import SMBDirect
internal import Synchronization
internal import Transport

/// A buffer that was sent is lent again, and filled with other bytes, as soon as it may be: not
/// before the device has told that it is done with it.
///
/// With siw, which takes its time: rxe copies what is posted at once. That siw copies only what is
/// signaled cannot be seen in the lab, where Linux 6.1 copies all of it.
enum ReuseChecks {
    static func run(_ suite: inout LabSuite) {
        suite.test("siw: buffers that are lent again spoil nothing") { try reuse(.siw) }
    }

    private static let byteCount = 256 << 10
    private static let depth = 8
    private static let exchangeCount = 800

    private static func reuse(_ fabric: LabFabric) throws {
        let pair = try LabPair {
            LabEnd(
                keepsMessages: false,
                onMessage: { _, transport, message in answer(message, transport) },
            )
        }
        defer { pair.stop() }
        let slots = Slots()
        let client = try pair.connect(
            fabric,
            LabEnd(
                keepsMessages: false,
                onMessage: { _, transport, message in
                    slots.check(message)
                    slots.ask(transport, slot: Int(message.bytes.byte(at: 4)))
                },
            ),
        )
        _ = try onReactor(of: client) { transport in slots.begin(transport) }
        try eventually("all exchanges") {
            slots.done.load(ordering: .relaxed) >= exchangeCount
        }
        let wrong = slots.wrong.load(ordering: .relaxed)
        try expect(wrong == 0, "\(wrong) of \(exchangeCount) answers have other bytes")
    }

    /// Fills a buffer with the request's number, and places it.
    private static func answer(_ message: IOBuffer, _ transport: any Transport) {
        let number = unsafe message.base.loadUnaligned(as: UInt32.self)
        let descriptor = unsafe message.base.loadUnaligned(
            fromByteOffset: 8,
            as: BufferDescriptor.self,
        )
        guard let buffer = transport.takeBuffer(capacity: byteCount) else { return }
        let words = unsafe UnsafeMutableRawBufferPointer(start: buffer.base, count: byteCount)
            .bindMemory(to: UInt32.self)
        unsafe words.update(repeating: number)
        transport.send(
            OutboundMessage(
                head: [UInt8](message.array.prefix(8)),
                payload: .buffer(buffer, offset: 0, count: byteCount),
                destination: RemoteMemory(descriptor),
            )
        )
    }

    /// The client's side: a buffer for each request under way.
    private final class Slots: @unchecked Sendable {
        let done = Atomic<Int>(0)
        let wrong = Atomic<Int>(0)
        private var buffers: [IOBuffer] = []
        private var next: UInt32 = 0

        func begin(_ transport: DirectTransport) {
            for slot in 0..<depth {
                guard let buffer = transport.takeBuffer(capacity: byteCount) else { return }
                buffers.append(buffer)
                ask(transport, slot: slot)
            }
        }

        func ask(_ transport: any Transport, slot: Int) {
            guard
                let descriptor = transport.expose(
                    buffers[slot],
                    offset: 0,
                    count: byteCount,
                    access: .writing,
                )
            else { return }
            next += 1
            var head: [UInt8] = []
            unsafe withUnsafeBytes(of: next) { unsafe head.append(contentsOf: $0) }
            unsafe withUnsafeBytes(of: UInt32(slot)) { unsafe head.append(contentsOf: $0) }
            unsafe withUnsafeBytes(of: descriptor) { unsafe head.append(contentsOf: $0) }
            transport.send(OutboundMessage(head: head))
        }

        func check(_ message: IOBuffer) {
            let number = unsafe message.base.loadUnaligned(as: UInt32.self)
            let buffer = buffers[Int(message.bytes.byte(at: 4))]
            let words = unsafe UnsafeRawBufferPointer(start: buffer.base, count: byteCount)
                .bindMemory(to: UInt32.self)
            if unsafe !words.allSatisfy({ $0 == number }) {
                wrong.wrappingAdd(1, ordering: .relaxed)
            }
            done.wrappingAdd(1, ordering: .relaxed)
        }
    }
}

extension RawSpan {
    fileprivate func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
