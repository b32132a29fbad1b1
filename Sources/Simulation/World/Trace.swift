internal import Glibc

/// Writes a line to standard error, for whoever hunts a failure.
func writeTrace(_ text: String) {
    let bytes = Array("sim \(text)\n".utf8)
    _ = unsafe write(2, bytes, bytes.count)
}
