internal import Glibc

/// What the kernel counts of this process.
enum ProcessMemory {
    /// Memory that devices have pinned.
    static var pinnedByteCount: Int { value(of: "VmPin:") * 1024 }

    private static func value(of field: String) -> Int {
        let descriptor = unsafe open("/proc/self/status", O_RDONLY)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        let text = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix(field) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            return words.count > 1 ? Int(words[1]) ?? 0 : 0
        }
        return 0
    }
}
