import Glibc

/// Where words for people go, so that standard output holds nothing but what was asked for.
enum StandardError {
    /// One line that says which program speaks.
    static func report(_ text: String) { write("penstock: " + text + "\n") }

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe Glibc.write(
                    STDERR_FILENO,
                    bytes.baseAddress! + sent,
                    bytes.count - sent
                )
                if count <= 0 { return }
                sent += count
            }
        }
    }
}
