import FileStore
import Foundation
import SMBMessages
import Testing

/// Where a share lies for a test.
enum Ground: String, CaseIterable, CustomTestStringConvertible {
    case memory = "/dev/shm"
    case disk = "/var/tmp"

    var testDescription: String { rawValue }
}

/// A fresh directory shared by a store, and taken away with all it holds at the end.
final class Playground {
    let path: String
    let store: POSIXStore

    init(_ ground: Ground = .memory, options: POSIXStoreOptions = POSIXStoreOptions()) throws {
        path = "\(ground.rawValue)/penstock-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: "\(path)/share",
            withIntermediateDirectories: true
        )
        store = try POSIXStore(path: "\(path)/share", options: options)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file of the share, for looking at it from outside.
    func outside(_ name: String) -> String { "\(path)/share/\(name)" }

    func exists(_ name: String) -> Bool {
        var status = stat()
        return unsafe lstat(outside(name), &status) == 0
    }

    func put(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: outside(name)))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: outside(name))), as: UTF8.self)
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/share").sorted()
    }

    @discardableResult
    func open(
        _ path: String,
        _ disposition: StoreDisposition = .open,
        access: StoreAccess = [.read, .write],
        options: StoreOpenOptions = [],
        attributes: FileAttributes = [],
        rules: StorePath.Rules = .windows,
        mode: UInt32? = nil
    ) throws -> StoreOpenResult {
        try store.open(
            StoreOpenRequest(
                path: try StorePath(path, rules: rules),
                disposition: disposition,
                access: access,
                options: options,
                attributes: attributes,
                mode: mode
            )
        )
    }

    @discardableResult
    func makeDirectory(_ path: String) throws -> any StoreFile {
        try open(path, .create, access: [], options: .directory).file
    }

    /// Makes or replaces a file with this text.
    @discardableResult
    func write(_ path: String, _ text: String) throws -> any StoreFile {
        let file = try open(path, .overwriteIf).file
        try file.write(text, at: 0)
        return file
    }

    func metadata(_ path: String) throws -> FileMetadata? {
        try store.metadata(at: try StorePath(path), opensReparsePoint: false)
    }
}

extension StoreFile {
    @discardableResult
    func write(_ text: String, at offset: UInt64) throws -> Int {
        let bytes = Array(text.utf8)
        let span = unsafe bytes.span.bytes
        return try write(span, at: offset)
    }

    func bytes(at offset: UInt64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: count)
        var elements = bytes.mutableSpan
        var raw = unsafe elements.mutableBytes
        let got = try read(into: &raw, at: offset)
        return Array(bytes[..<got])
    }

    func text(at offset: UInt64 = 0, count: Int = 4096) throws -> String {
        String(decoding: try bytes(at: offset, count: count), as: UTF8.self)
    }

    func list(
        _ pattern: String = "*",
        detail: DirectoryDetail = .metadata
    ) throws -> [StoreEntry] {
        let cursor = try makeCursor()
        var entries: [StoreEntry] = []
        let wildcard = WildcardPattern(pattern)
        while let entry = try cursor.next(matching: wildcard, detail: detail) {
            entries.append(entry)
        }
        return entries
    }
}
