import Glibc

/// A file that holds a secret.
enum PrivateFile {
    /// The text of a file that only its owner can read.
    static func read(_ path: String, byteCountMax: Int) throws(CommandFailure) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw CommandFailure(.usage, "cannot read \(path): \(reason)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(.usage, "\(path) is no regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CommandFailure(
                .usage,
                "\(path) can be read by other users of this machine: run 'chmod 600 \(path)' first"
            )
        }
        guard status.st_size <= byteCountMax else {
            throw CommandFailure(.usage, "\(path) is too large to be what it should be")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        guard count == bytes.count, let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.usage, "\(path) is not UTF-8 text")
        }
        return text
    }
}
