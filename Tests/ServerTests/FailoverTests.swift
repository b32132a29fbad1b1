import SMBMessages
import Testing

@testable import FuzzTargets

extension ServerTests {
    /// A client that loses its connections all the time, while the disk is slow: what it was told
    /// is written stays written, and nothing older comes over it.
    @Suite struct FailoverTests {
        private struct Client {
            var channels: [ClientChannel] = []
            var file: FileID
            /// Counted up with every connection that is lost.
            var sequence: UInt16 = 0
            var generator: Numbers
            var value: UInt8 = 0

            init(seed: UInt64) throws {
                generator = Numbers(state: seed)
                let first = ClientChannel()
                first.logOn()
                file = try #require(first.create("file").1).fileID
                channels = [first]
            }

            var current: ClientChannel { channels[channels.count - 1] }

            mutating func addChannel() {
                let next = ClientChannel()
                next.bind(to: current)
                channels.append(next)
            }

            /// The connection that was used last is gone; with it perhaps the session.
            mutating func loseChannel(finishing pool: () -> Void) throws {
                channels.removeLast().leave()
                sequence += 1
                guard channels.isEmpty else { return }
                let next = ClientChannel()
                next.logOn()
                channels = [next]
                let number = next.nextMessageID
                var (status, taken) = next.reconnect(file, name: "file", sequence: sequence)
                if status == .pending {
                    pool()
                    taken = ClientChannel.response(next.await(number))
                    status = .success
                }
                #expect(status == .success)
                file = try #require(taken).fileID
            }

            /// Writes one value, whatever happens to the connections meanwhile.
            mutating func write() throws {
                value &+= 1
                var stop: (() -> Void)? = nil
                if generator.next(3) > 0 { stop = ServerUnderTest.tested.holdPool() }
                var isRepeated = false
                for _ in 0..<1000 {
                    let number = current.nextMessageID
                    var status = current.write(
                        value,
                        to: file,
                        sequence: sequence,
                        isReplay: isRepeated
                    )
                    if status == .pending, generator.next(2) == 0 {
                        try loseChannel { stop?() }
                        isRepeated = true
                        continue
                    }
                    if generator.next(4) == 0 { stop?() }
                    if status == .pending {
                        stop?()
                        status = try #require(current.await(number)).status
                    }
                    if status == .success { break }
                    #expect(status == .fileNotAvailable && isRepeated)
                    stop?()
                }
                stop?()
                #expect(current.read(file, sequence: sequence) == (.success, value))
            }
        }

        @Test(arguments: UInt64(1)...6)
        func nothingIsLostOrComesLate(seed: UInt64) throws {
            ServerUnderTest.tested.begin()
            var client = try Client(seed: seed)
            for _ in 0..<25 {
                if client.channels.count < 3, client.generator.next(2) == 0 { client.addChannel() }
                try client.write()
            }
            #expect(client.sequence > 0)
            #expect(client.current.close(client.file) == .success)
            for channel in client.channels { channel.leave() }
            #expect(ServerUnderTest.tested.durableCount == 0)
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct Numbers {
    var state: UInt64

    mutating func next(_ limit: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ mixed >> 31) % limit
    }
}
