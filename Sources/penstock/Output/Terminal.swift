import Glibc

/// What the terminal is and what it tells us.
enum Terminal {
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal behind standard error; 80 where it does not say.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 80
        }
        return Int(size.ws_col)
    }

    /// Asks for a password on the controlling terminal without showing it; nil where there is no
    /// terminal. Ctrl-C ends the program, with the terminal as it was.
    static func readPassword(prompt: String) -> String? {
        let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var settings = termios()
        guard unsafe tcgetattr(descriptor, &settings) == 0 else { return nil }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard unsafe tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else { return nil }
        send(prompt, to: descriptor)
        let line = readLine(from: descriptor)
        send("\n", to: descriptor)
        unsafe tcsetattr(descriptor, TCSAFLUSH, &settings)
        guard case .text(let bytes) = line else { exit(interrupted) }
        return String(validating: bytes, as: UTF8.self)
    }

    /// What a shell reports of a program that SIGINT ended.
    private static let interrupted: Int32 = 130

    private enum Line {
        case text([UInt8])
        case interrupted
    }

    private static func send(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }

    /// A line in raw mode, with the keys that the terminal would otherwise handle.
    private static func readLine(from descriptor: Int32) -> Line {
        let byteCountMax = 4096
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < byteCountMax {
            let count = unsafe read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return .text(bytes) }
            switch byte {
            case 3, 28: return .interrupted
            case 4, UInt8(ascii: "\n"), UInt8(ascii: "\r"): return .text(bytes)
            case 8, 127:
                // One character, which may be several bytes.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            case 21: bytes.removeAll()
            default: bytes.append(byte)
            }
        }
        return .text(bytes)
    }
}
