internal import CFileSystem
internal import Descriptors
import SMBMessages
import Synchronization

extension POSIXStore {
    /// Opens a named stream of a file that is open (MS-FSA 2.1.5.1.2).
    func openStream(
        _ request: StoreOpenRequest,
        on base: POSIXFile,
        isNewFile: Bool
    ) throws(NTStatus) -> StoreOpenResult {
        guard let text = request.path.stream else { throw .objectNameInvalid }
        guard capabilities.contains(.namedStreams), !base.kind.isSpecial else {
            throw .objectNameInvalid
        }
        let wanted = try StreamName(client: text)
        let (name, action) = try withStreams { () throws(NTStatus) in
            try prepareStream(wanted, request, base)
        }
        let stream = POSIXStream(base: base, name: name, access: request.access)
        if action == .created, !request.extendedAttributes.isEmpty, !isNewFile {
            try base.setExtendedAttributes(request.extendedAttributes)
        }
        return StoreOpenResult(
            file: stream,
            action: action,
            metadata: try stream.metadata()
        )
    }

    /// Finds, empties or makes the stream.
    private func prepareStream(
        _ wanted: StreamName,
        _ request: StoreOpenRequest,
        _ base: POSIXFile
    ) throws(NTStatus) -> (StreamName, StoreOpenResult.Action) {
        let descriptor = base.handle.rawValue
        let found = try mappingErrors { () throws(Errno) in
            try StreamName.find(wanted.text, on: descriptor)
        }
        guard let found else {
            guard request.disposition.creates else { throw .objectNameNotFound }
            try base.storeStream(wanted, [])
            return (wanted, .created)
        }
        if request.disposition == .create { throw .objectNameCollision }
        guard request.disposition.replaces else {
            if request.access.contains(.write) { try checkWritable() }
            return (found, .opened)
        }
        try base.storeStream(found, [])
        return (found, request.disposition == .supersede ? .superseded : .overwritten)
    }

    /// One change of a stream at a time: a value is read, changed and written back as a whole.
    func withStreams<Result>(
        _ body: () throws(NTStatus) -> Result
    ) throws(NTStatus) -> Result {
        try streamLock.withLock { (_) throws(NTStatus) in try body() }
    }
}

extension POSIXFile {
    func storeStream(_ name: StreamName, _ value: [UInt8]) throws(NTStatus) {
        try store.checkWritable()
        guard value.count <= System.attributeSizeMax else { throw .fileSystemLimitation }
        do {
            try System.setAttribute(handle.rawValue, name.attribute, value)
        } catch .noSpace {
            // The file system's room for the attributes of one file, unless the disk is full.
            let volume = try store.volume()
            throw volume.availableUnits > 0 ? .fileSystemLimitation : .diskFull
        } catch .outOfRange {
            throw .fileSystemLimitation
        } catch {
            throw NTStatus(error)
        }
    }

    func streamValue(_ name: StreamName) throws(NTStatus) -> [UInt8] {
        let value = try mappingErrors { () throws(Errno) in
            try System.attribute(handle.rawValue, name.attribute, sizeHint: 4096)
        }
        guard let value else { throw .objectNameNotFound }
        return value
    }

    func streams() throws(NTStatus) -> [StreamEntry] {
        try mappingErrors { () throws(Errno) in
            var entries: [StreamEntry] = []
            if kind == .file {
                let status = try System.status(handle.rawValue)
                entries.append(
                    StreamEntry(
                        name: "",
                        size: status.size,
                        allocationSize: status.allocated
                    )
                )
            }
            guard store.capabilities.contains(.namedStreams), !kind.isSpecial else {
                return entries
            }
            for name in try StreamName.all(on: handle.rawValue) {
                let size = try System.attributeSize(handle.rawValue, name.attribute) ?? 0
                entries.append(
                    StreamEntry(
                        name: name.text,
                        size: UInt64(size),
                        allocationSize: StreamName.allocation(size)
                    )
                )
            }
            return entries
        }
    }
}
