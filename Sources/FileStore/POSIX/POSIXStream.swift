internal import Descriptors
import SMBMessages
import Synchronization
import Wire

/// A named stream that is open. What is not the stream's own is its file's.
final class POSIXStream: StoreFile {
    let base: POSIXFile
    let access: StoreAccess
    private let name: Mutex<StreamName>

    init(base: POSIXFile, name: StreamName, access: StoreAccess) {
        self.base = base
        self.access = access
        self.name = Mutex(name)
    }

    private var current: StreamName { name.withLock { $0 } }

    var identity: FileIdentity {
        var identity = base.identity
        identity.stream = current.folded
        return identity
    }
    var kind: FileKind { .file }
    var isStream: Bool { true }
    var descriptor: Int32 { -1 }
    var path: StorePath { base.path.with(stream: current.text) }

    func currentPath() throws(NTStatus) -> StorePath {
        try base.currentPath().with(stream: current.text)
    }

    func metadata() throws(NTStatus) -> FileMetadata {
        let name = current
        let size = try mappingErrors { () throws(Errno) in
            try System.attributeSize(base.handle.rawValue, name.attribute)
        }
        guard let size else { throw .objectNameNotFound }
        return try base.metadata().ofStream(name, size: size)
    }

    // Data.

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(NTStatus) -> Int {
        guard access.contains(.read) else { throw .accessDenied }
        let value = try base.streamValue(current)
        guard offset < value.count else { return 0 }
        let start = Int(offset)
        let count = min(bytes.byteCount, value.count - start)
        for index in 0..<count {
            bytes.storeBytes(of: value[start + index], toByteOffset: index, as: UInt8.self)
        }
        return count
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(NTStatus) -> Int {
        guard access.contains(.write) else { throw .accessDenied }
        let count = bytes.byteCount
        guard offset <= UInt64(System.attributeSizeMax - min(count, System.attributeSizeMax)),
            count <= System.attributeSizeMax
        else { throw .fileSystemLimitation }
        let start = Int(offset)
        try change { value in
            if value.count < start + count {
                value.append(contentsOf: repeatElement(0, count: start + count - value.count))
            }
            for index in 0..<count {
                value[start + index] = unsafe bytes.unsafeLoad(
                    fromByteOffset: index,
                    as: UInt8.self
                )
            }
        }
        return count
    }

    private func change(_ body: (inout [UInt8]) -> Void) throws(NTStatus) {
        let name = current
        try base.store.withStreams { () throws(NTStatus) in
            var value = try base.streamValue(name)
            body(&value)
            try base.storeStream(name, value)
        }
        base.restoreFrozenTimes()
    }

    func flush(fullSync: Bool) throws(NTStatus) { try base.flush(fullSync: fullSync) }

    func setEndOfFile(_ size: UInt64) throws(NTStatus) {
        guard access.contains(.write) else { throw .accessDenied }
        guard size <= UInt64(System.attributeSizeMax) else { throw .fileSystemLimitation }
        try change { value in
            if value.count > Int(size) {
                value.removeLast(value.count - Int(size))
            } else {
                value.append(contentsOf: repeatElement(0, count: Int(size) - value.count))
            }
        }
    }

    func setAllocation(_ size: UInt64) throws(NTStatus) {
        if size < UInt64(try base.streamValue(current).count) { try setEndOfFile(size) }
    }

    func zero(_ range: FileRange) throws(NTStatus) {
        guard access.contains(.write) else { throw .accessDenied }
        guard let end = range.end else { throw .invalidParameter }
        try change { value in
            let last = min(end, UInt64(value.count))
            guard range.offset < last else { return }
            for index in Int(range.offset)..<Int(last) { value[index] = 0 }
        }
    }

    func allocatedRanges(in range: FileRange, limit: Int) throws(NTStatus) -> [FileRange] {
        guard let end = range.end else { throw .invalidParameter }
        let last = min(end, UInt64(try base.streamValue(current).count))
        guard range.offset < last, limit > 0 else { return [] }
        return [FileRange(offset: range.offset, count: last - range.offset)]
    }

    func setSparse(_ isSparse: Bool) throws(NTStatus) { try base.setSparse(isSparse) }

    func copyRange(
        from source: any StoreFile,
        sourceOffset: UInt64,
        targetOffset: UInt64,
        count: UInt64
    ) throws(NTStatus) -> UInt64 {
        let size = try source.metadata().endOfFile
        guard sourceOffset < size else { return 0 }
        let total = min(count, size - sourceOffset)
        guard total <= UInt64(System.attributeSizeMax) else { throw .fileSystemLimitation }
        var block = [UInt8](repeating: 0, count: Int(total))
        let got = try POSIXFile.read(source, at: sourceOffset, into: &block)
        let bytes = unsafe block.span.bytes.extracting(first: got)
        return UInt64(try write(bytes, at: targetOffset))
    }

    func cloneRange(
        from source: any StoreFile,
        sourceOffset: UInt64,
        targetOffset: UInt64,
        count: UInt64
    ) throws(NTStatus) {
        throw .invalidDeviceRequest
    }

    // Names.

    /// Gives the stream another name; its file stays where it is (MS-FSA 2.1.5.15.11).
    func rename(
        to target: StorePath,
        replacing: Bool,
        posixSemantics: Bool
    ) throws(NTStatus) {
        guard let text = target.stream else { throw .invalidParameter }
        let wanted = try StreamName(client: text)
        let old = current
        if wanted == old { return }
        let descriptor = base.handle.rawValue
        try base.store.withStreams { () throws(NTStatus) in
            let value = try base.streamValue(old)
            let found = try mappingErrors { () throws(Errno) in
                try StreamName.find(wanted.text, on: descriptor)
            }
            let changesCase = found == old
            if let found, !changesCase {
                guard replacing else { throw .objectNameCollision }
                try remove(found)
            }
            // Room for both may be lacking where there is room for one.
            if changesCase || value.count > 1024 { try remove(old) }
            try base.storeStream(wanted, value)
            try remove(old)
        }
        name.withLock { $0 = wanted }
    }

    private func remove(_ name: StreamName) throws(NTStatus) {
        try mappingErrors { () throws(Errno) in
            try System.removeAttribute(base.handle.rawValue, name.attribute)
        }
    }

    func link(as target: StorePath, replacing: Bool) throws(NTStatus) {
        throw .invalidParameter
    }

    func delete() throws(NTStatus) {
        try base.store.checkWritable()
        try remove(current)
    }

    func deleteFile() throws(NTStatus) { try base.delete() }

    func checkDeletable() throws(NTStatus) { try base.store.checkWritable() }

    func makeCursor() throws(NTStatus) -> any DirectoryCursor { throw .invalidParameter }
}

/// What belongs to the file, whichever of its streams is open.
extension POSIXStream {
    func setBasic(_ change: BasicChange) throws(NTStatus) { try base.setBasic(change) }
    func freeze(_ times: FrozenTimes) throws(NTStatus) { try base.freeze(times) }
    func restoreFrozenTimes() { base.restoreFrozenTimes() }
    func setPOSIX(_ change: POSIXChange) throws(NTStatus) { try base.setPOSIX(change) }
    func streams() throws(NTStatus) -> [StreamEntry] { try base.streams() }

    func extendedAttributes() throws(NTStatus) -> [ExtendedAttribute] {
        try base.extendedAttributes()
    }

    func setExtendedAttributes(_ attributes: [ExtendedAttribute]) throws(NTStatus) {
        try base.setExtendedAttributes(attributes)
    }

    func securityDescriptor() throws(NTStatus) -> SecurityDescriptor {
        try base.securityDescriptor()
    }

    func setSecurityDescriptor(_ descriptor: SecurityDescriptor) throws(NTStatus) {
        try base.setSecurityDescriptor(descriptor)
    }

    func symbolicLinkTarget() throws(NTStatus) -> String { throw .notAReparsePoint }
    func makeSymbolicLink(to target: String) throws(NTStatus) { throw .invalidParameter }
    func close() { base.close() }
}
