import CSystem
import Descriptors
import Glibc
import Synchronization
import Testing

@testable import Reactor

@Suite("Polling of memory")
struct PollingTests {
    @Test func aHandlerIsAskedUntilItHasNothingAndThenTold() async throws {
        try await withReactor { reactor in
            let handler = Looker(workCount: 5)
            await onThread(of: reactor) { #expect(reactor.startPolling(handler)) }
            try await handler.ended()
            let pollCount = handler.pollCount.load(ordering: .acquiring)
            #expect(pollCount > 5)
            #expect(await onThread(of: reactor) { reactor.pollers.isEmpty })
        }
    }

    @Test func descriptorsAndTimersHaveTheirTurnWhileMemoryAlwaysHasWork() async throws {
        try await withReactor { reactor in
            let handler = Looker(workCount: .max)
            let (input, output) = try Self.pipe()
            defer {
                close(input)
                close(output)
            }
            await withCheckedContinuation { continuation in
                reactor.post {
                    #expect(reactor.startPolling(handler))
                    let reader = Reader { continuation.resume() }
                    _ = try? reactor.register(
                        descriptor: input,
                        events: .readable,
                        handler: reader
                    )
                    var byte: UInt8 = 1
                    #expect(unsafe write(output, &byte, 1) == 1)
                }
            }
            await withCheckedContinuation { continuation in
                reactor.post { _ = reactor.schedule(after: 1) { continuation.resume() } }
            }
            await onThread(of: reactor) { reactor.stopPolling(handler) }
            let isEnded = handler.isEnded.load(ordering: .acquiring)
            #expect(!isEnded)
        }
    }

    @Test func moreHandlersThanAreWorthAskingAreRefused() async throws {
        try await withReactor { reactor in
            let accepted = await onThread(of: reactor) {
                (0...Reactor.pollersMax).map { _ in
                    reactor.startPolling(Looker(workCount: 0))
                }
            }
            #expect(accepted == Array(repeating: true, count: Reactor.pollersMax) + [false])
        }
    }

    private static func pipe() throws -> (Int32, Int32) {
        var ends: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutableBytes(of: &ends) {
            unsafe Glibc.pipe($0.assumingMemoryBound(to: Int32.self).baseAddress)
        }
        #expect(result == 0)
        return ends
    }
}

/// Has work a number of times.
private final class Looker: PollingHandler, Sendable {
    let pollCount = Atomic<Int>(0)
    let isEnded = Atomic<Bool>(false)
    private let workCount: Int

    init(workCount: Int) { self.workCount = workCount }

    func poll() -> Bool {
        pollCount.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue < workCount
    }

    func endPolling() { isEnded.store(true, ordering: .releasing) }

    func ended() async throws {
        while !isEnded.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(1)) }
    }
}

/// Reads what there is, once.
private final class Reader: ReadinessHandler {
    private var told: (() -> Void)?

    init(_ told: @escaping () -> Void) { self.told = told }

    func ready(_ events: ReadinessSet) {
        guard let told else { return }
        self.told = nil
        told()
    }
}
