internal import CFileSystem
internal import Descriptors

/// Extended attributes of open files and of directory entries.
extension System {
    /// The kernel's limit on one value (XATTR_SIZE_MAX); file systems may allow less.
    static let attributeSizeMax = 65536
    /// The kernel's limit on the list of names (XATTR_LIST_MAX).
    static let attributeListMax = 65536
    /// The kernel's limit on a name (XATTR_NAME_MAX).
    static let attributeNameMax = 255

    /// The value, or nil when there is none or the file system keeps none.
    static func attribute(
        _ descriptor: Int32,
        _ name: NativePath,
        sizeHint: Int = 256
    ) throws(Errno) -> [UInt8]? {
        try unsafe optional(sizeHint) { (base, capacity) in
            unsafe fs_get_attribute(descriptor, name.characters, base, capacity)
        }
    }

    /// The size of the value, or nil when there is none.
    static func attributeSize(_ descriptor: Int32, _ name: NativePath) throws(Errno) -> Int? {
        let result = unsafe fs_get_attribute(descriptor, name.characters, nil, 0)
        if isAbsence(result) { return nil }
        return Int(try Errno.check(result))
    }

    static func setAttribute(
        _ descriptor: Int32,
        _ name: NativePath,
        _ value: [UInt8],
        createOnly: Bool = false
    ) throws(Errno) {
        _ = try Errno.check(
            unsafe fs_set_attribute(
                descriptor,
                name.characters,
                value,
                value.count,
                createOnly ? 1 : 0
            )
        )
    }

    /// Harmless when there is none.
    static func removeAttribute(_ descriptor: Int32, _ name: NativePath) throws(Errno) {
        let result = unsafe fs_remove_attribute(descriptor, name.characters)
        if isAbsence(Int64(result)) { return }
        _ = try Errno.check(result)
    }

    /// The names of all attributes that the caller may see.
    static func attributeNames(_ descriptor: Int32) throws(Errno) -> [[UInt8]] {
        let list = try unsafe optional(1024, maximum: attributeListMax) { (base, capacity) in
            unsafe fs_list_attributes(descriptor, base, capacity)
        }
        return (list ?? []).split(separator: 0).map { Array($0) }
    }

    /// Of an entry of an open directory, without following it.
    static func attribute(
        _ directory: Int32,
        entry: NativePath,
        _ name: NativePath
    ) throws(Errno) -> [UInt8]? {
        try unsafe optional(256) { (base, capacity) in
            unsafe fs_get_entry_attribute(
                directory,
                entry.characters,
                name.characters,
                base,
                capacity
            )
        }
    }

    static func attributeNames(
        _ directory: Int32,
        entry: NativePath
    ) throws(Errno) -> [[UInt8]] {
        let list = try unsafe optional(1024, maximum: attributeListMax) { (base, capacity) in
            unsafe fs_list_entry_attributes(directory, entry.characters, base, capacity)
        }
        return (list ?? []).split(separator: 0).map { Array($0) }
    }

    /// Whether a failure says no more than that there is nothing.
    private static func isAbsence(_ result: Int64) -> Bool {
        result == -Int64(Errno.noData.rawValue) || result == -Int64(Errno.notSupported.rawValue)
    }

    /// Calls with a small buffer first, then with the largest that there can be.
    private static func optional(
        _ hint: Int,
        maximum: Int = attributeSizeMax,
        _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int64
    ) throws(Errno) -> [UInt8]? {
        do {
            return try unsafe fill(capacity: hint, call)
        } catch .outOfRange {
            return try unsafe fill(capacity: maximum, call)
        } catch .noData, .notSupported {
            return nil
        } catch {
            throw error
        }
    }
}
