internal import Glibc

/// Counts what holds and what does not.
struct LabSuite {
    /// Parts of names; empty runs everything.
    let wanted: [String]
    private var passed = 0
    private var failed = 0

    init(wanted: [String]) { self.wanted = wanted }

    /// Runs one test, which throws `LabFailure` if something does not hold.
    mutating func test(_ name: String, _ body: () throws -> Void) {
        guard wanted.isEmpty || wanted.contains(where: { name.contains($0) }) else { return }
        let start = ContinuousClock.now
        do {
            try body()
            passed += 1
            say("passed \(name) \(ContinuousClock.now - start)")
        } catch {
            failed += 1
            say("FAILED \(name): \(error)")
        }
    }

    consuming func finish() -> Never {
        say("\(passed) passed, \(failed) failed")
        exit(failed == 0 && passed > 0 ? 0 : 1)
    }
}

/// Something did not hold.
struct LabFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

func expect(
    _ condition: Bool,
    _ what: @autoclosure () -> String,
    line: Int = #line
) throws {
    if !condition { throw LabFailure("line \(line): \(what())") }
}

/// One line on standard output, at once: what was said is known even if the process ends badly.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
}

func pause(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }
