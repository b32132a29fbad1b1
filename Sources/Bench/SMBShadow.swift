internal import Client
internal import Glibc

/// Random reads, writes and changes of size of one file, each compared with a copy of its bytes in
/// memory. The sequence follows from the seed alone.
struct SMBShadow {
    private static let byteCountMax = 1 << 20
    /// Operations between two comparisons of the whole file.
    private static let wholeInterval = 500

    private struct Mismatch: Error, CustomStringConvertible {
        var description: String
    }

    private enum Operation: CaseIterable {
        case read, readAgain, readMore, write, writeAgain, append, truncate, extend, reopen
    }

    let share: Share
    let path: RemotePath
    let seed: UInt64
    private var state: UInt64
    private var shadow: [UInt8] = []

    init(share: Share, path: RemotePath, seed: UInt64) {
        self.share = share
        self.path = path
        self.seed = seed
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    private mutating func random(below bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(max(1, bound)))
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        let first = random(below: 256)
        let step = random(below: 255) + 1
        return (0..<count).map { UInt8(truncatingIfNeeded: first &+ $0 &* step &+ $0 >> 8) }
    }

    mutating func run(operations: Int) async throws {
        var file = try await share.open(path, for: .replace)
        for number in 0..<operations {
            let operation = Operation.allCases[random(below: Operation.allCases.count)]
            let offset = random(below: shadow.count + 1)
            let sizes = [1, 511, 4096, 65536, random(below: 200_000) + 1]
            let count = sizes[random(below: sizes.count)]
            let place = "seed \(seed), operation \(number): \(operation) \(count) at \(offset)"
            do {
                switch operation {
                case .read, .readAgain, .readMore:
                    try await compare(file, offset..<min(offset + count, shadow.count), place)
                case .write, .writeAgain:
                    try await write(file, at: offset, count)
                case .append:
                    try await write(file, at: shadow.count, count)
                case .truncate:
                    try await resize(file, to: offset)
                case .extend:
                    try await resize(file, to: min(shadow.count + count, Self.byteCountMax))
                case .reopen:
                    let size = try await file.close().byteCount
                    guard size == shadow.count else {
                        throw Mismatch(description: "the size is \(size), not \(shadow.count)")
                    }
                    file = try await share.open(path, for: .update)
                }
                if number % Self.wholeInterval == 0 {
                    try await compare(file, 0..<shadow.count, place)
                }
            } catch {
                throw Mismatch(description: "\(place): \(error)")
            }
        }
        try await compare(file, 0..<shadow.count, "seed \(seed), at the end")
        _ = try await file.close()
    }

    private mutating func write(_ file: RemoteFile, at offset: Int, _ count: Int) async throws {
        let data = bytes(min(count, Self.byteCountMax - offset))
        guard !data.isEmpty else { return }
        try await file.write(data, at: UInt64(offset))
        let end = offset + data.count
        if end > shadow.count {
            shadow.append(contentsOf: repeatElement(0, count: end - shadow.count))
        }
        shadow.replaceSubrange(offset..<end, with: data)
    }

    private mutating func resize(_ file: RemoteFile, to count: Int) async throws {
        try await file.resize(to: UInt64(count))
        if count < shadow.count {
            shadow.removeLast(shadow.count - count)
        } else {
            shadow.append(contentsOf: repeatElement(0, count: count - shadow.count))
        }
    }

    private func compare(
        _ file: RemoteFile,
        _ range: Range<Int>,
        _ place: String
    ) async throws {
        guard !range.isEmpty else { return }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: range.count,
            alignment: 64,
        )
        defer { unsafe memory.deallocate() }
        // What was never written must not look like what should be there.
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xEE)
        unsafe try await file.read(
            UInt64(range.lowerBound)..<UInt64(range.upperBound),
            into: memory
        )
        let difference = range.first { unsafe memory[$0 - range.lowerBound] != shadow[$0] }
        if let difference {
            throw Mismatch(description: "\(place): byte \(difference) differs")
        }
    }
}
