import Glibc

/// Collects lines for standard output and hands them over in large pieces.
struct Output: ~Copyable {
    private static let pieceByteCount = 32 << 10
    private var text: [UInt8] = []

    mutating func line(_ line: String) {
        text.append(contentsOf: line.utf8)
        text.append(UInt8(ascii: "\n"))
        if text.count >= Self.pieceByteCount { flush() }
    }

    mutating func flush() {
        unsafe text.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe write(
                    STDOUT_FILENO,
                    bytes.baseAddress! + sent,
                    bytes.count - sent
                )
                // Whoever read our output has gone; nobody is left to tell.
                if count <= 0 { exit(0) }
                sent += count
            }
        }
        text.removeAll(keepingCapacity: true)
    }

}
