internal import CSystem
internal import Descriptors
internal import Glibc

/// An open file of this machine.
public final class LocalFile: Sendable {
    /// What kind of thing the descriptor leads to.
    public enum Kind: Hashable, Sendable {
        case file, folder
        /// Swallows everything and never waits: /dev/null.
        case null
        /// A pipe, a terminal or another device, which takes bytes in order.
        case stream
    }

    public struct Facts: Hashable, Sendable {
        public var kind: Kind
        public var byteCount: UInt64
        public var modified: Timestamp
        public var accessed: Timestamp
        /// Device and number, which together name the file on this machine.
        public var device: UInt64
        public var number: UInt64
    }

    let descriptor: FileDescriptor
    public let path: String

    private init(owning descriptor: Int32, path: String) {
        self.descriptor = FileDescriptor(owning: descriptor)
        self.path = path
    }

    /// Opens with the flags of open(2); nothing is inherited by other programs.
    static func open(
        _ path: String,
        flags: Int32,
        mode: mode_t = 0o666
    ) throws(Errno) -> LocalFile {
        let result = unsafe csystem_openat(AT_FDCWD, path, flags | O_CLOEXEC, mode)
        return LocalFile(owning: try Errno.check(result), path: path)
    }

    /// The file for reading; a symbolic link is followed.
    public static func openForReading(_ path: String) throws(ClientError) -> LocalFile {
        do {
            return try open(path, flags: O_RDONLY)
        } catch {
            throw ClientError(error, action: "read '\(EntryName.shown(path))'")
        }
    }

    /// A pipe, terminal or device for writing.
    public static func openStream(_ path: String) throws(ClientError) -> LocalFile {
        do {
            return try open(path, flags: O_WRONLY)
        } catch {
            throw ClientError(error, action: "write '\(EntryName.shown(path))'")
        }
    }

    /// A second descriptor for standard output.
    public static func standardOutput() throws(ClientError) -> LocalFile {
        let result = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard result >= 0 else {
            throw ClientError(Errno.current, action: "write to standard output")
        }
        return LocalFile(owning: result, path: "-")
    }

    public var facts: Facts {
        get throws(ClientError) {
            var status = stat()
            guard unsafe fstat(descriptor.rawValue, &status) == 0 else {
                throw ClientError(Errno.current, action: "look at '\(EntryName.shown(path))'")
            }
            return Facts(status)
        }
    }

    /// Reads until `count` bytes are there or the file ends; the number of bytes read.
    func read(
        into memory: UnsafeMutableRawPointer,
        count: Int,
        at offset: UInt64
    ) throws(Errno) -> Int {
        var done = 0
        while done < count {
            let result = unsafe csystem_pread(
                descriptor.rawValue,
                memory + done,
                count - done,
                off_t(offset) + off_t(done),
                0
            )
            if result == -Int(EINTR) { continue }
            let count = try Errno.check(result)
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// A small file, whole.
    func readAll(byteCount: Int) throws(ClientError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let result = unsafe bytes.withUnsafeMutableBytes { memory in
            Result { () throws(Errno) in
                guard let start = memory.baseAddress else { return 0 }
                return try unsafe read(into: start, count: memory.count, at: 0)
            }
        }
        switch result {
        case .success(byteCount): return bytes
        case .success: throw ClientError.shrunk.during("read '\(EntryName.shown(path))'")
        case .failure(let error):
            throw ClientError(error, action: "read '\(EntryName.shown(path))'")
        }
    }

    func write(
        _ memory: UnsafeRawPointer,
        count: Int,
        at offset: UInt64
    ) throws(Errno) {
        var done = 0
        while done < count {
            let result = unsafe csystem_pwrite(
                descriptor.rawValue,
                memory + done,
                count - done,
                off_t(offset) + off_t(done),
                0
            )
            if result == -Int(EINTR) { continue }
            done += try Errno.check(result)
        }
    }

    /// Writes at the place where the stream is.
    func append(_ memory: UnsafeRawPointer, count: Int) throws(Errno) {
        var done = 0
        while done < count {
            let result = unsafe Glibc.write(descriptor.rawValue, memory + done, count - done)
            if result < 0, errno == EINTR { continue }
            done += try Errno.checkC(result)
        }
    }
}

extension LocalFile.Facts {
    init(_ status: stat) {
        let isNull = status.st_rdev == csystem_makedev(1, 3)
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFCHR where isNull: kind = .null
        default: kind = .stream
        }
        byteCount = UInt64(max(0, status.st_size))
        modified = Timestamp(
            seconds: Int64(status.st_mtim.tv_sec),
            nanoseconds: Int64(status.st_mtim.tv_nsec)
        )
        accessed = Timestamp(
            seconds: Int64(status.st_atim.tv_sec),
            nanoseconds: Int64(status.st_atim.tv_nsec)
        )
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }
}
