import SMBMessages
import SMBState
import Seeds
import Testing

/// Clients that open, write, lock, answer and close at random; after each step the promises that
/// the table makes must hold, and in the end nothing may be left over.
@Suite struct FileTablePropertyTests {
    private struct Client {
        var open: OpenID
        var request: FileOpenRequest
        var caching: Caching
    }

    private struct World {
        var table = FileTable()
        var random: SeededGenerator
        var held: [Client] = []
        var waiting: [WaiterID: FileOpenRequest] = [:]
        var breaks: [CacheBreak] = []
        var next: UInt64 = 1
        let file = FileKey(device: 1, inode: 1)

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func makeRequest() -> FileOpenRequest {
            let accesses: [UInt32] = [0x1, 0x2, 0x3, 0x0001_0000, 0x80, 0x0002_0080, 0x001F_01FF]
            let states: [Caching] = [[], .read, [.read, .handle], [.read, .write], .all]
            let state = states.randomElement(using: &random) ?? []
            let key = UInt128.random(in: 1...3, using: &random)
            let wish: FileOpenRequest.CacheWish =
                switch Int.random(in: 0..<3, using: &random) {
                case 0: .none
                case 1: .oplock([.levelII, .exclusive, .batch].randomElement(using: &random) ?? [])
                default: .lease(.init(id: LeaseID(client: 1, key: key), state: state))
                }
            defer { next += 1 }
            return FileOpenRequest(
                open: OpenID(next),
                access: accesses.randomElement(using: &random) ?? 1,
                shareAccess: UInt32.random(in: 0...7, using: &random),
                replacesContents: Int.random(in: 0..<5, using: &random) == 0,
                cacheWish: wish
            )
        }

        mutating func tryOpen(_ request: FileOpenRequest) {
            switch table.open(file, request, waiter: WaiterID(request.open.rawValue)) {
            case .granted(let grant, let breaks):
                note(breaks)
                update(request, grant)
            case .wait(let breaks):
                note(breaks)
                waiting[WaiterID(request.open.rawValue)] = request
            case .refused(_, let breaks):
                note(breaks)
            }
        }

        /// An open that was let in; all opens of its lease hold what it got.
        mutating func update(_ request: FileOpenRequest, _ grant: FileOpenGrant) {
            held.append(Client(open: request.open, request: request, caching: grant.caching))
            guard let lease = Self.lease(of: request) else { return }
            for index in held.indices where Self.lease(of: held[index].request) == lease {
                held[index].caching = grant.caching
            }
        }

        static func lease(of request: FileOpenRequest) -> LeaseID? {
            if case .lease(let wish) = request.cacheWish { return wish.id }
            return nil
        }

        mutating func note(_ new: [CacheBreak]) {
            for notification in new {
                if notification.needsAcknowledgment {
                    breaks.append(notification)
                } else {
                    setCaching(notification.target, notification.to)
                }
            }
        }

        mutating func setCaching(_ target: CacheBreak.Target, _ state: Caching) {
            for index in held.indices {
                switch target {
                case .oplock(let open):
                    if held[index].open == open { held[index].caching = state }
                case .lease(let id, via: _):
                    if Self.lease(of: held[index].request) == id { held[index].caching = state }
                }
            }
        }

        mutating func wake(_ woken: [WaiterID]) {
            for waiter in woken {
                if let request = waiting.removeValue(forKey: waiter) { tryOpen(request) }
            }
        }

        mutating func answer() {
            guard !breaks.isEmpty else { return }
            let index = Int.random(in: 0..<breaks.count, using: &random)
            let notification = breaks.remove(at: index)
            let least = Bool.random(using: &random) ? notification.to : []
            if Int.random(in: 0..<6, using: &random) == 0 {
                setCaching(notification.target, [])
                return wake(table.timeOut(notification))
            }
            let result: AcknowledgmentResult
            switch notification.target {
            case .oplock(let open):
                result = table.acknowledgeOplock(open, level: least.oplockLevel)
            case .lease(let id, via: _):
                result = table.acknowledgeLease(id, state: least)
            }
            guard result.status == .success else { return }
            setCaching(notification.target, result.held)
            note(result.breaks)
            wake(result.woken)
        }

        mutating func close() {
            guard !held.isEmpty else { return }
            let client = held.remove(at: Int.random(in: 0..<held.count, using: &random))
            breaks.removeAll { $0.target == .oplock(client.open) }
            if let lease = Self.lease(of: client.request),
                !held.contains(where: { Self.lease(of: $0.request) == lease })
            {
                breaks.removeAll {
                    if case .lease(lease, via: _) = $0.target { return true }
                    return false
                }
            }
            let result = table.close(client.open)
            if result.deletion == .file { table.deletionEnded(file) }
            wake(result.woken)
        }

        mutating func write() {
            guard let client = held.randomElement(using: &random) else { return }
            let result = table.breakForChange(by: client.open, waiter: WaiterID(0))
            note(result.breaks)
            if result.mustWait { _ = table.cancel(WaiterID(0), open: client.open) }
        }

        mutating func step() {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1, 2:
                let request = makeRequest()
                tryOpen(request)
            case 3, 4: answer()
            case 5, 6: close()
            default: write()
            }
        }
    }

    private func check(_ world: World) {
        for (index, left) in world.held.enumerated() {
            let leftModes = ShareModes(
                access: left.request.access,
                shareAccess: left.request.shareAccess
            )
            for right in world.held[..<index] {
                let rightModes = ShareModes(
                    access: right.request.access,
                    shareAccess: right.request.shareAccess
                )
                #expect(!leftModes.conflicts(with: rightModes))
                let sameLease =
                    World.lease(of: left.request) != nil
                    && World.lease(of: left.request) == World.lease(of: right.request)
                let cachesWrites =
                    left.caching.contains(.write) || right.caching.contains(.write)
                if cachesWrites, !sameLease {
                    // Who caches writes shares the data with nobody else.
                    let reaches = [left, right].map { OpenReach(access: $0.request.access) }
                    #expect(reaches.contains { $0 != .data })
                    #expect(left.caching.isEmpty || right.caching.isEmpty)
                }
            }
        }
        // Nobody waits for ever: somebody owes an answer.
        if !world.waiting.isEmpty { #expect(!world.breaks.isEmpty) }
    }

    @Test(arguments: 0..<40)
    func keepsItsPromises(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<400 {
            world.step()
            check(world)
        }
        while !world.held.isEmpty || !world.waiting.isEmpty {
            world.answer()
            world.close()
            if world.held.isEmpty, !world.waiting.isEmpty {
                Issue.record("a request waits though nothing is open")
                return
            }
        }
        #expect(world.table.openCount == 0)
        #expect(world.table.fileCount == 0)
    }
}
