import FileStore
import SMBMessages
import Testing

/// Several clients at work on the same names at once.
@Suite struct StressTests {
    /// A sequence that is the same on every run, so that a failure can be met again.
    private struct Sequence {
        var state: UInt64

        mutating func next(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
    }

    private static let allowed: Set<NTStatus> = [
        .objectNameNotFound, .objectNameCollision, .objectPathNotFound, .sharingViolation,
        .directoryNotEmpty, .accessDenied,
    ]

    /// One client's work; returns the statuses that should not have come up.
    private func work(_ store: POSIXStore, seed: UInt64) -> [NTStatus] {
        var random = Sequence(state: seed)
        var surprises: [NTStatus] = []
        for _ in 0..<1500 {
            let number = random.next(24)
            let name = random.next(2) == 0 ? "d\\Name \(number)" : "D\\NAME \(number)"
            do {
                let path = try StorePath(name)
                let disposition: StoreDisposition =
                    [.open, .create, .openIf, .overwriteIf][Int(random.next(4))]
                let file = try store.open(
                    StoreOpenRequest(
                        path: path,
                        disposition: disposition,
                        access: [.read, .write]
                    )
                ).file
                switch random.next(4) {
                case 0: try file.delete()
                case 1:
                    let target = try StorePath("d\\name \(random.next(24))")
                    try file.rename(
                        to: target,
                        replacing: random.next(2) == 0,
                        posixSemantics: false
                    )
                case 2: try file.write(name, at: 0)
                default: _ = try store.metadata(at: path, opensReparsePoint: false)
                }
            } catch let status as NTStatus {
                if !Self.allowed.contains(status) { surprises.append(status) }
            } catch {
                surprises.append(.unsuccessful)
            }
        }
        return surprises
    }

    @Test(arguments: Ground.allCases)
    func keepsItsIndexTrue(ground: Ground) async throws {
        let ground = try Playground(ground)
        try ground.makeDirectory("d")
        let store = ground.store
        await withTaskGroup(of: [NTStatus].self) { group in
            for seed in 1...4 as ClosedRange<UInt64> {
                group.addTask { self.work(store, seed: seed) }
            }
            for await surprises in group { #expect(surprises == []) }
        }
        let directory = try ground.open("d", access: []).file
        let names = try directory.list(detail: .name).map(\.name).filter { !$0.hasPrefix(".") }
        #expect(
            Set(names.map { $0.lowercased() }).count == names.count,
            "names that differ in case"
        )
        for name in names {
            #expect(try ground.metadata("D\\\(name.uppercased())") != nil)
        }
        for number in 0..<24 {
            let there = names.contains { $0.lowercased() == "name \(number)" }
            #expect(try (ground.metadata("d\\nAmE \(number)") != nil) == there)
        }
    }
}
