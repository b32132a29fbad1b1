internal import CFileSystem
internal import CSystem
internal import Descriptors
public import SMBMessages
internal import Synchronization
internal import Wire

/// A directory of a Linux file system as a share.
///
/// Whatever a client sends, no path leads out of the directory: every walk is an openat2 with
/// RESOLVE_BENEATH from the root's descriptor, and names are single components everywhere else.
public final class POSIXStore: FileStore {
    public let capabilities: StoreCapabilities
    let options: POSIXStoreOptions
    let root: FileDescriptor
    let rootIdentity: FileIdentity
    let index = DirectoryIndexCache()
    /// Held while a name is made where case does not count.
    let nameLock = Mutex(())
    /// Guards reading, changing and writing back the value of a named stream.
    let streamLock = Mutex(())

    /// Opens the directory at `path`, which must exist.
    public init(
        path: String,
        options: POSIXStoreOptions = POSIXStoreOptions()
    ) throws(POSIXStoreError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            let code = Errno.noSuchFileOrDirectory.rawValue
            throw POSIXStoreError(path: path, problem: .cannotOpen(code: code))
        }
        let opened = unsafe fs_open_root(path)
        guard opened >= 0 else {
            throw POSIXStoreError(path: path, problem: .cannotOpen(code: -opened))
        }
        let root = FileDescriptor(owning: opened)
        do {
            _ = try System.open(root.rawValue, .root, [.path, .directory])
        } catch {
            let problem: POSIXStoreError.Problem =
                error == .notImplemented || error == .notPermitted
                ? .openat2Missing : .cannotOpen(code: error.rawValue)
            throw POSIXStoreError(path: path, problem: problem)
        }
        guard (try? System.path(of: root.rawValue)) != nil else {
            throw POSIXStoreError(path: path, problem: .procMissing)
        }
        do {
            rootIdentity = FileIdentity(try System.status(root.rawValue))
            capabilities = try Self.probe(root.rawValue, options)
        } catch {
            throw POSIXStoreError(path: path, problem: .cannotOpen(code: error.rawValue))
        }
        self.root = root
        self.options = options
    }

    /// What the file system below can do. Extended attributes are tried; of reflinks only the file
    /// systems that are known to have them are said to, since trying would need a file.
    private static func probe(
        _ root: Int32,
        _ options: POSIXStoreOptions
    ) throws(Errno) -> StoreCapabilities {
        var volume = fs_volume_status()
        _ = try Errno.check(unsafe fs_volume(root, &volume))
        var capabilities: StoreCapabilities = [.sparseFiles, .hardLinks, .symbolicLinks]
        if options.isReadOnly || volume.is_read_only != 0 { capabilities.insert(.readOnly) }
        if options.isCaseSensitive { capabilities.insert(.caseSensitive) }
        let tried = unsafe fs_get_attribute(root, StoredAttributes.name.characters, nil, 0)
        let hasAttributes = tried >= 0 || tried == -Int64(Errno.noData.rawValue)
        if hasAttributes, options.usesExtendedAttributes {
            capabilities.formUnion([.namedStreams, .extendedAttributes, .persistentSecurity])
        }
        let btrfs: UInt64 = 0x9123_683E
        let xfs: UInt64 = 0x5846_5342
        let bcachefs: UInt64 = 0xCA45_1A4E
        if [btrfs, xfs, bcachefs].contains(volume.type) { capabilities.insert(.reflinks) }
        return capabilities
    }

    var isReadOnly: Bool { capabilities.contains(.readOnly) }

    func checkWritable() throws(NTStatus) {
        if isReadOnly { throw .mediaWriteProtected }
    }

    public func volume() throws(NTStatus) -> StoreVolume {
        let (volume, status) = try mappingErrors { () throws(Errno) in
            var volume = fs_volume_status()
            _ = try Errno.check(unsafe fs_volume(root.rawValue, &volume))
            return (volume, try System.status(root.rawValue))
        }
        let unit = max(volume.fragment_size, 512)
        let isPowerOfTwo = unit & (unit - 1) == 0
        let sector: UInt64 = isPowerOfTwo ? 512 : unit
        let identifier = volume.identifier != 0 ? volume.identifier : rootIdentity.device
        return StoreVolume(
            label: options.label,
            serialNumber: UInt32(truncatingIfNeeded: identifier ^ identifier >> 32),
            identifier: GUID(rawValue: UInt128(rootIdentity.inode) << 64 | UInt128(identifier)),
            creationTime: FileMetadata(status, nil).creationTime,
            fileSystemName: options.fileSystemName,
            maximumComponentLength: UInt32(clamping: max(volume.maximum_name, 1)),
            bytesPerSector: UInt32(clamping: sector),
            sectorsPerUnit: UInt32(clamping: unit / sector),
            totalUnits: volume.total_blocks,
            freeUnits: volume.free_blocks,
            availableUnits: volume.available_blocks,
            preferredBlockSize: UInt32(clamping: max(volume.block_size, 512)),
            totalFiles: volume.total_files,
            freeFiles: volume.free_files
        )
    }
}
