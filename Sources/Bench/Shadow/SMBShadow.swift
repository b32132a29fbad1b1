internal import Client
internal import Glibc

/// Random reads, writes and changes of size of one file, each compared with a copy of its bytes in
/// memory: through the handle that wrote, another one, and another client. The sequence follows
/// from the seed alone.
struct SMBShadow {
    struct Mismatch: Error, CustomStringConvertible {
        var description: String
    }

    /// Steps between two comparisons of the whole file.
    private static let wholeInterval = 400
    private static let blockByteCount = 1 << 20

    private struct Handles {
        var writer: RemoteFile
        var second: RemoteFile
        var stranger: RemoteFile

        /// Those that only read first.
        var all: [RemoteFile] { second === writer ? [writer] : [second, stranger, writer] }

        subscript(_ hand: ShadowPlan.Hand) -> RemoteFile {
            switch hand {
            case .writer: writer
            case .second: second
            case .stranger: stranger
            }
        }
    }

    /// How often one step is tried: the machine may be so busy that a device gives up a peer.
    private static let attemptsMax = 5
    private static let patience = Duration.seconds(60)

    private let path: RemotePath
    private let seed: UInt64
    private var shares: (own: Share, strange: Share)
    private var plan: ShadowPlan
    private let image: ShadowImage
    /// One open of the file alone, which survives the loss of its connection.
    private let isAlone: Bool
    private var number = 0
    /// Connections that were lost on the way. What was under way then is done once more.
    private(set) var interruptionCount = 0

    init(own: Share, strange: Share?, path: RemotePath, seed: UInt64, byteCountMax: Int) {
        shares = (own, strange ?? own)
        isAlone = strange == nil
        self.path = path
        self.seed = seed
        plan = ShadowPlan(seed: seed, byteCountMax: byteCountMax)
        image = ShadowImage(byteCountMax: byteCountMax)
    }

    /// The last bytes of the file are compared when all is done and closed.
    mutating func run(operations: Int) async throws {
        _ = try await shares.own.open(path, for: .replace).close()
        var handles = try await open()
        var steps = 0
        while number < operations {
            steps += 1
            let step =
                steps % Self.wholeInterval == 0
                ? .whole(.stranger) : plan.next(fileByteCount: image.count)
            do {
                number += change(for: step)
                try await perform(step, &handles)
            } catch {
                throw Mismatch(
                    description: "seed \(seed), operation \(number), "
                        + "\(image.count) bytes, \(step): \(error)"
                )
            }
        }
        do {
            for hand in ShadowPlan.Hand.allCases {
                try await compare(handles[hand], 0..<image.count)
            }
            try await close(handles)
        } catch {
            throw Mismatch(description: "seed \(seed), at the end: \(error)")
        }
    }

    /// Does a step to the copy in memory; how many operations it is.
    private mutating func change(for step: ShadowPlan.Step) -> Int {
        switch step {
        case .accesses(let accesses):
            for access in accesses where access.isWrite {
                image.fill(access.range, random: &plan.random)
            }
            return accesses.count
        case .append(let range): image.fill(range, random: &plan.random)
        case .resize(let count): image.resize(to: count)
        // Who wrote reads from now on: nobody lives from what he remembers.
        case .reopen: swap(&shares.own, &shares.strange)
        case .readPastEnd, .whole: break
        }
        return 1
    }

    /// Does a step to the file. An open whose connection is lost is gone where others have the file
    /// open too, and is made again; doing a step twice changes nothing.
    private mutating func perform(
        _ step: ShadowPlan.Step,
        _ handles: inout Handles
    ) async throws {
        var attempts = 1
        while true {
            do {
                return try await attempt(step, &handles)
            } catch let error as ClientError
                where error.kind == .network && attempts < Self.attemptsMax
            {
                attempts += 1
                interruptionCount += 1
                for file in handles.all { _ = try? await file.close() }
                handles = try await reopen()
            }
        }
    }

    private func attempt(_ step: ShadowPlan.Step, _ handles: inout Handles) async throws {
        switch step {
        case .accesses(let accesses):
            try await attempt(accesses, handles)
        case .append(let range):
            try await handles.writer.write(image[range], at: UInt64(range.lowerBound))
        case .resize(let count):
            try await handles.writer.resize(to: UInt64(count))
        case .readPastEnd(let range, let hand):
            try await readPastEnd(handles[hand], range)
        case .reopen:
            try await close(handles)
            handles = try await open()
            for file in handles.all where file.facts.byteCount != image.count {
                throw Mismatch(description: "opened with \(file.facts.byteCount) bytes")
            }
        case .whole(let hand):
            try await compare(handles[hand], 0..<image.count)
        }
    }

    private func attempt(_ accesses: [ShadowPlan.Access], _ handles: Handles) async throws {
        let image = image
        try await withThrowingTaskGroup(of: Void.self) { group in
            for access in accesses {
                let file = handles[access.hand]
                group.addTask {
                    guard access.isWrite else {
                        return try await Self.compare(file, access.range, with: image)
                    }
                    try await file.write(
                        image[access.range],
                        at: UInt64(access.range.lowerBound),
                    )
                }
            }
            try await group.waitForAll()
        }
    }

    private func open() async throws -> Handles {
        let writer = try await shares.own.open(path, for: .update)
        guard !isAlone else { return Handles(writer: writer, second: writer, stranger: writer) }
        return Handles(
            writer: writer,
            second: try await shares.own.open(path),
            stranger: try await shares.strange.open(path),
        )
    }

    /// The server may keep what was open until it notices the loss itself.
    private func reopen() async throws -> Handles {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                return try await open()
            } catch let error as ClientError
                where [.network, .busy].contains(error.kind) && ContinuousClock.now < deadline
            {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func close(_ handles: Handles) async throws {
        for file in handles.all {
            let count = try await file.close().byteCount
            guard count == image.count else {
                throw Mismatch(description: "closed with \(count) bytes")
            }
        }
    }

    private func compare(_ file: RemoteFile, _ range: Range<Int>) async throws {
        try await Self.compare(file, range, with: image)
    }

    private static func compare(
        _ file: RemoteFile,
        _ range: Range<Int>,
        with image: ShadowImage
    ) async throws {
        let memory = ShadowBuffer(byteCount: range.count)
        unsafe try await file.read(
            UInt64(range.lowerBound)..<UInt64(range.upperBound),
            into: memory.bytes
        )
        try memory.check(range, against: image)
    }

    /// The bytes up to the end are delivered, and the lack of the others is said.
    private func readPastEnd(_ file: RemoteFile, _ range: Range<Int>) async throws {
        let memory = ShadowBuffer(byteCount: range.count)
        do throws(ClientError) {
            unsafe try await file.read(
                UInt64(range.lowerBound)..<UInt64(range.upperBound),
                into: memory.bytes
            )
        } catch {
            guard error.kind == .changed else { throw error }
            let there = range.lowerBound..<max(range.lowerBound, image.count)
            // Several requests at once: the first that fails ends the others.
            if range.count <= Self.blockByteCount { try memory.check(there, against: image) }
            return
        }
        throw Mismatch(description: "read past the end of the file")
    }
}
