import Reactor
import SMBDirect
import Simulation
import Synchronization
import Testing
import Transport

/// Two ends on two threads: what one sends, places and fetches, and what a wrong token does.
@Suite struct SimulatedTransportTests {
    @Test func carriesMessagesInOrder() throws {
        let ends = try Ends()
        defer { ends.stop() }
        ends.onLeft { left in
            for number in 0..<100 { left.send(OutboundMessage(head: [UInt8(number)])) }
        }
        #expect(ends.right.wait { $0.messages.count == 100 })
        #expect(ends.right.messages.map { $0[0] } == (0..<100).map { UInt8($0) })
    }

    @Test func placesBeforeTheMessage() throws {
        let ends = try Ends()
        defer { ends.stop() }
        let shown = ends.expose(count: 5000, access: .writing)
        ends.onRight { right in
            guard let buffer = right.takeBuffer(capacity: 5000) else { return }
            unsafe buffer.assign([UInt8](repeating: 0xAB, count: 5000).span.bytes)
            right.send(
                OutboundMessage(
                    head: [1, 2, 3],
                    payload: .buffer(buffer, offset: 0, count: 4999),
                    destination: RemoteMemory(shown.descriptor),
                    invalidatedToken: shown.descriptor.token
                )
            )
        }
        #expect(ends.left.wait { $0.messages == [[1, 2, 3]] })
        let bytes = ends.bytes(of: shown.buffer, count: 5000)
        #expect(bytes == [UInt8](repeating: 0xAB, count: 4999) + [0])
    }

    @Test func fetches() throws {
        let ends = try Ends()
        defer { ends.stop() }
        let shown = ends.expose(count: 4096, access: .reading, byte: 0x5C)
        let fetcher = Fetcher()
        ends.onRight { right in
            guard let buffer = right.takeBuffer(capacity: 4096) else { return }
            fetcher.buffer.withLock { $0 = buffer }
            right.fetch(
                RemoteMemory(shown.descriptor),
                count: 4096,
                into: buffer,
                offset: 0,
                fetcher: fetcher,
                token: 7
            )
        }
        #expect(ends.right.wait { _ in fetcher.outcome.withLock { $0 } == [7, 0x5C] })
    }

    /// Each is refused, and the connection ends for both.
    @Test(arguments: ["token", "range", "right", "invalid"])
    func refuses(what: String) throws {
        let ends = try Ends()
        defer { ends.stop() }
        let shown = ends.expose(count: 4096, access: what == "right" ? .reading : .writing)
        var descriptor = shown.descriptor
        if what == "token" { descriptor.token &+= 1 }
        if what == "range" { descriptor.offset += 1 }
        let wrong = descriptor
        ends.onRight { right in
            guard let buffer = right.takeBuffer(capacity: 4096) else { return }
            let message = OutboundMessage(
                head: [1],
                payload: what == "invalid"
                    ? .none : .buffer(buffer, offset: 0, count: 4096),
                destination: what == "invalid" ? nil : RemoteMemory(wrong),
                invalidatedToken: what == "invalid" ? wrong.token &+ 1 : nil
            )
            right.send(message)
        }
        #expect(ends.left.wait { $0.endCount == 1 })
        #expect(ends.right.wait { $0.endCount == 1 })
        #expect(ends.left.error != nil)
        #expect(ends.right.error != nil)
        #expect(ends.left.messages.isEmpty)
    }

    @Test func seesMemoryThatWasGivenBack() throws {
        let ends = try Ends()
        defer { ends.stop() }
        let shown = ends.expose(count: 4096, access: .writing)
        ends.onLeft { _ in shown.buffer.recycle() }
        ends.onRight { right in
            guard let buffer = right.takeBuffer(capacity: 4096) else { return }
            right.send(
                OutboundMessage(
                    head: [1],
                    payload: .buffer(buffer, offset: 0, count: 10),
                    destination: RemoteMemory(shown.descriptor)
                )
            )
        }
        #expect(ends.left.wait { $0.messages.count == 1 })
        #expect(ends.staleAccessCount == 1)
    }

    @Test func closingTellsBothEnds() throws {
        let ends = try Ends()
        defer { ends.stop() }
        ends.onLeft { left in
            left.send(OutboundMessage(head: [9]))
            left.close(flushing: true)
        }
        #expect(ends.right.wait { $0.endCount == 1 && $0.messages == [[9]] })
        #expect(ends.left.wait { $0.endCount == 1 })
        #expect(ends.right.error == nil)
    }
}
