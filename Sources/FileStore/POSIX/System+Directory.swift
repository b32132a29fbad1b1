internal import CFileSystem
internal import Descriptors

/// A directory's entries, read through a buffer of fixed size.
struct DirectoryReader: ~Copyable {
    static let bufferSize = 32768

    struct Entry {
        var name: [UInt8]
        var inode: UInt64
        /// DT_DIR and so on; zero when the file system does not tell.
        var type: UInt8

        var isDotOrDotDot: Bool { name == [0x2E] || name == [0x2E, 0x2E] }
        var isDirectory: Bool { type == 4 }
        var isUnknown: Bool { type == 0 }
    }

    let descriptor: FileDescriptor
    private var buffer: [UInt8]
    private var filled = 0
    private var offset = 0

    /// Takes over a descriptor that is open for reading on a directory.
    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
        buffer = [UInt8](repeating: 0, count: Self.bufferSize)
    }

    /// A reader of a directory that is open, with a position of its own.
    init(of directory: Int32) throws(Errno) {
        self.init(try System.open(directory, .root, [.readOnly, .directory]))
    }

    mutating func next() throws(Errno) -> Entry? {
        if offset >= filled {
            offset = 0
            filled = 0
            let descriptor = descriptor.rawValue
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe fs_read_directory(descriptor, bytes.baseAddress, bytes.count)
            }
            filled = Int(try Errno.check(count))
            if filled == 0 { return nil }
        }
        let parsed = unsafe buffer.withUnsafeBytes { bytes in
            unsafe fs_parse_entry(bytes.baseAddress, offset)
        }
        let start = Int(parsed.name_offset)
        let name = Array(buffer[start..<start + Int(parsed.name_length)])
        offset += max(1, Int(parsed.record_length))
        return Entry(name: name, inode: parsed.inode, type: parsed.type)
    }

    mutating func restart() throws(Errno) {
        offset = 0
        filled = 0
        _ = try Errno.check(fs_seek(descriptor.rawValue, 0))
    }
}
