internal import CFileSystem
internal import Descriptors

/// The system calls of this room, with checked results. The only caller of CFileSystem's pointers.
enum System {
    struct OpenFlags: OptionSet {
        var rawValue: UInt32

        static let readOnly = OpenFlags(rawValue: fs_open_read_only.rawValue)
        static let writeOnly = OpenFlags(rawValue: fs_open_write_only.rawValue)
        static let readWrite = OpenFlags(rawValue: fs_open_read_write.rawValue)
        static let path = OpenFlags(rawValue: fs_open_path.rawValue)
        static let create = OpenFlags(rawValue: fs_open_create.rawValue)
        static let exclusive = OpenFlags(rawValue: fs_open_exclusive.rawValue)
        static let directory = OpenFlags(rawValue: fs_open_directory.rawValue)
        static let noFollow = OpenFlags(rawValue: fs_open_no_follow.rawValue)
        static let synchronous = OpenFlags(rawValue: fs_open_synchronous.rawValue)
    }

    /// How often a walk is begun again when renames elsewhere disturb it.
    static let disturbedWalkMax = 64

    /// Opens below `directory`, never outside it.
    static func open(
        _ directory: Int32,
        _ path: NativePath,
        _ flags: OpenFlags,
        mode: UInt32 = 0
    ) throws(Errno) -> FileDescriptor {
        var result: Int32 = 0
        for _ in 0..<disturbedWalkMax {
            result = unsafe fs_open(directory, path.characters, flags.rawValue, mode)
            guard result == -Errno.wouldBlock.rawValue else { break }
        }
        return FileDescriptor(owning: try Errno.check(result))
    }

    /// Of what a descriptor is open on.
    static func status(_ descriptor: Int32) throws(Errno) -> fs_file_status {
        var status = fs_file_status()
        _ = try Errno.check(unsafe fs_status(descriptor, "", &status))
        return status
    }

    /// Of an entry of a directory, without following it.
    static func status(
        _ directory: Int32,
        _ name: NativePath
    ) throws(Errno) -> fs_file_status {
        var status = fs_file_status()
        _ = try Errno.check(unsafe fs_status(directory, name.characters, &status))
        return status
    }

    static func makeDirectory(
        _ directory: Int32,
        _ name: NativePath,
        mode: UInt32
    ) throws(Errno) {
        _ = try Errno.check(unsafe fs_make_directory(directory, name.characters, mode))
    }

    static func remove(
        _ directory: Int32,
        _ name: NativePath,
        isDirectory: Bool
    ) throws(Errno) {
        _ = try Errno.check(unsafe fs_remove(directory, name.characters, isDirectory ? 1 : 0))
    }

    static func rename(
        _ sourceDirectory: Int32,
        _ source: NativePath,
        _ targetDirectory: Int32,
        _ target: NativePath,
        replacing: Bool
    ) throws(Errno) {
        _ = try Errno.check(
            unsafe fs_rename(
                sourceDirectory,
                source.characters,
                targetDirectory,
                target.characters,
                replacing ? 1 : 0
            )
        )
    }

    static func link(
        _ sourceDirectory: Int32,
        _ source: NativePath,
        _ targetDirectory: Int32,
        _ target: NativePath
    ) throws(Errno) {
        _ = try Errno.check(
            unsafe fs_link(
                sourceDirectory,
                source.characters,
                targetDirectory,
                target.characters
            )
        )
    }

    static func makeSymbolicLink(
        to text: NativePath,
        _ directory: Int32,
        _ name: NativePath
    ) throws(Errno) {
        _ = try Errno.check(
            unsafe fs_symbolic_link(text.characters, directory, name.characters)
        )
    }

    /// The longest path or symbolic link that Linux has.
    static let pathCapacity = 4096

    /// Target of the link that a descriptor is open on.
    static func linkTarget(_ descriptor: Int32) throws(Errno) -> [UInt8] {
        try unsafe fill(capacity: pathCapacity) { (base, capacity) in
            unsafe fs_read_link(descriptor, "", base, capacity)
        }
    }

    /// Where the kernel says that an open file is now, from the root of the process's view.
    static func path(of descriptor: Int32) throws(Errno) -> [UInt8] {
        try unsafe fill(capacity: pathCapacity) { (base, capacity) in
            unsafe fs_descriptor_path(descriptor, base, capacity)
        }
    }

    /// A new array that a call fills with as many bytes as it returns.
    static func fill(
        capacity: Int,
        _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int64
    ) throws(Errno) -> [UInt8] {
        var result: Int64 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                result = unsafe call(characters.baseAddress, capacity)
            }
            count = max(0, Int(result))
        }
        _ = try Errno.check(result)
        return bytes
    }
}
