import ArgumentParser
import Testing

@testable import penstock

@Suite struct BenchOptionsTests {
    private static let place = "smb://ada@nas/share"

    @Test func defaultsMeasureBoth() throws {
        let command = try BenchCommand.parse([Self.place])
        #expect(BenchTransport.list(command.options.transport) == [.tcp, .rdma])
        #expect(command.settings.blocksPerJob == 1024)
        #expect(command.settings.passByteCount == 1 << 30)
        #expect(!command.settings.verifies)
    }

    @Test(arguments: [
        ("tcp,rdma", [BenchTransport.tcp, .rdma]), ("rdma,tcp", [.tcp, .rdma]), ("tcp", [.tcp]),
        ("rdma", [.rdma]),
    ])
    func transportsAreChosen(text: String, list: [BenchTransport]) throws {
        let command = try BenchCommand.parse([Self.place, "--transport", text])
        #expect(BenchTransport.list(command.options.transport) == list)
    }

    @Test func numbersMakeThePasses() throws {
        let command = try BenchCommand.parse([
            Self.place, "--size", "10M", "--block", "64K", "--jobs", "3", "--depth", "2",
            "--rounds", "5", "--verify",
        ])
        #expect(command.settings.blocksPerJob == 53)
        #expect(command.settings.passByteCount == 53 * 3 * 65536)
        #expect(command.settings.verifies)
    }

    @Test(arguments: [
        ["--transport", "udp"], ["--transport", "tcp,tcp"], ["--block", "1K"], ["--block", "16M"],
        ["--depth", "0"], ["--jobs", "33"], ["--rounds", "0"], ["--size", "1M", "--jobs", "2"],
        ["--size", "none"],
    ])
    func nonsenseIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try BenchCommand.parse([Self.place] + arguments) }
    }

    @Test func statTellsWhatTheMachineDid() throws {
        let text = "cpu  100 20 30 4000 50 6 7 8 9 10\ncpu0 1 2 3\n"
        let seconds = try #require(ProcessorTime.busySeconds(text))
        #expect(abs(seconds - 1.63) < 0.001)
        #expect(ProcessorTime.busySeconds("intr 1") == nil)
        #expect(ProcessorTime.busySeconds("cpu 1 2") == nil)
    }

    @Test func dataTellsItsPlaceAndTurn() {
        var pattern = BenchPattern(blockByteCount: 3 * 4096 + 100)
        pattern.mark(offset: 0, turn: 1)
        let first = pattern.bytes
        #expect(first.count == 3 * 4096 + 100)
        pattern.mark(offset: 4096, turn: 1)
        #expect(unsafe first.withUnsafeBytes { unsafe !pattern.matches($0) })
        pattern.mark(offset: 0, turn: 2)
        #expect(unsafe first.withUnsafeBytes { unsafe !pattern.matches($0) })
        pattern.mark(offset: 0, turn: 1)
        #expect(unsafe first.withUnsafeBytes { unsafe pattern.matches($0) })
    }
}
