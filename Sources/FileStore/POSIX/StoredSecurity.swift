internal import CFileSystem
import SMBMessages
import Wire

/// A security descriptor as it is kept in the extended attribute `user.penstock.security`.
///
/// A version byte, then the mode, owner and group that the file had (four bytes each), then the
/// self-relative descriptor. When one of the three has changed since, somebody has set other rights
/// without SMB, and what is stored no longer counts.
struct StoredSecurity {
    static let name = NativePath(bytes: "user.penstock.security".utf8)
    static let version: UInt8 = 1

    var mode: UInt32
    var userID: UInt32
    var groupID: UInt32
    var descriptor: SecurityDescriptor

    init(_ descriptor: SecurityDescriptor, _ status: fs_file_status) {
        self.descriptor = descriptor
        mode = status.mode & 0o7777
        userID = status.user
        groupID = status.group
    }

    /// Anything that is not of our making counts as nothing.
    init?(bytes: [UInt8]) {
        do throws(WireError) {
            self = try withReader(over: bytes) { (reader) throws(WireError) in
                guard try reader.read(UInt8.self) == Self.version else {
                    throw WireError(.invalidValue, at: 0)
                }
                return try StoredSecurity(from: &reader)
            }
        } catch {
            return nil
        }
    }

    @_lifetime(reader: copy reader)
    private init(from reader: inout WireReader) throws(WireError) {
        mode = try reader.read()
        userID = try reader.read()
        groupID = try reader.read()
        descriptor = try SecurityDescriptor(from: &reader)
    }

    var bytes: [UInt8] {
        var writer = WireWriter()
        writer.write(Self.version)
        writer.write(mode)
        writer.write(userID)
        writer.write(groupID)
        descriptor.encode(to: &writer)
        return writer.finish()
    }

    func isCurrent(_ status: fs_file_status) -> Bool {
        mode == status.mode & 0o7777 && userID == status.user && groupID == status.group
    }
}
