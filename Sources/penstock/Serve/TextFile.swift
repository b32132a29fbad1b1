import ArgumentParser
import Descriptors
import Glibc

/// Small files that a person wrote: configurations, users, credentials.
enum TextFile {
    static let sizeMax = 1 << 20

    /// The whole file as text.
    static func read(_ path: String) throws -> String {
        try readWithMode(path).text
    }

    /// The text, and the permission bits of the very file it was read from.
    static func readWithMode(_ path: String) throws -> (text: String, mode: UInt32) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 { throw failure(path) }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= sizeMax else {
                throw CommandFailure(.usage, "\(path): more than \(sizeMax) bytes.")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.usage, "\(path): not UTF-8 text.")
        }
        return (text, status.st_mode & 0o7777)
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(.failure, "\(path): \(unsafe String(cString: strerror(errno))).")
    }
}
