import Glibc

/// Lines that scripts wait for; they leave at once, also into a pipe.
enum StandardOutput {
    static func writeLine(_ text: String) {
        print(text)
        fflush(nil)
    }
}
