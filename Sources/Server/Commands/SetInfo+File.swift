import FileStore
import SMBMessages
import SMBState
import Wire

extension InfoChange {
    /// MS-SMB2 3.3.5.21.1, MS-FSA 2.1.5.15.
    func file(_ writer: inout WireWriter) throws -> Connection.Result {
        guard case .file(let file) = open.target else {
            try pipe()
            SetInfoResponse().encode(to: &writer)
            return .answered
        }
        let informationClass = FileInformationClass(rawValue: message.informationClass)
        switch informationClass {
        case .position:
            try setPosition()
        case .mode:
            try setMode()
        case .basic:
            try setBasic(file)
        case .allocation, .endOfFile:
            return try resize(file, informationClass, &writer)
        case .validDataLength:
            try setValidDataLength(file)
        case .fullExtendedAttribute:
            try setExtendedAttributes(file)
        case .disposition, .dispositionExtended:
            return try setDisposition(file, informationClass, &writer)
        case .rename, .renameExtended:
            return try rename(file, informationClass, &writer)
        case .link:
            try link(file)
        case .shortName, .objectID, .quota, .reparsePoint:
            throw NTStatus.notSupported
        default:
            throw NTStatus.invalidInfoClass
        }
        SetInfoResponse().encode(to: &writer)
        return .answered
    }

    /// FilePipeInformation: how reads cut what comes out of a pipe.
    private func pipe() throws {
        guard case .pipe(let pipe) = open.target,
            FileInformationClass(rawValue: message.informationClass) == .pipe
        else { throw NTStatus.invalidInfoClass }
        try open.require(.writeAttributes)
        let value = try decode(PipeInformation.self)
        guard value.readMode <= 1, value.completionMode <= 1 else {
            throw NTStatus.invalidParameter
        }
        pipe.readMode = value.readMode
    }

    // MARK: What belongs to the open

    private func setPosition() throws(NTStatus) {
        let value = try decode(PositionInformation.self)
        guard Int64(exactly: value.currentByteOffset) != nil else { throw .invalidParameter }
        open.currentByteOffset = value.currentByteOffset
    }

    /// MS-FSA 2.1.5.15.8.
    private func setMode() throws(NTStatus) {
        let value = try decode(ModeInformation.self)
        // SYNCHRONOUS_IO_ALERT and _NONALERT cannot both hold.
        guard value.mode & ~SetInfo.modeOptions == 0, value.mode & 0x30 != 0x30 else {
            throw .invalidParameter
        }
        let kept = open.createOptions.rawValue & ~SetInfo.modeOptions
        open.createOptions = CreateOptions(rawValue: kept | value.mode)
    }

    // MARK: Times and attributes

    /// MS-FSA 2.1.5.15.2. Of a time, 0 leaves it, -1 stops this open from changing it, -2 lets it
    /// change it again; whatever else is set stays as it was set.
    private func setBasic(_ file: any StoreFile) throws(NTStatus) {
        let value = try decode(BasicInformation.self)
        try requireWritableShare()
        try open.require(.writeAttributes)
        var change = BasicChange()
        var frozen = open.frozenTimes
        change.creationTime = try explicit(value.creationTime)
        change.lastAccessTime = try take(value.lastAccessTime, .lastAccess, &frozen)
        change.lastWriteTime = try take(value.lastWriteTime, .lastWrite, &frozen)
        change.changeTime = try take(value.changeTime, .change, &frozen)
        if !value.attributes.isEmpty {
            let metadata = try file.metadata()
            let isDirectory = metadata.isDirectory
            if value.attributes.contains(.directory), !isDirectory { throw .invalidParameter }
            if value.attributes.contains(.temporary), isDirectory { throw .invalidParameter }
            change.attributes = value.attributes.subtracting([.normal, .directory])
        }
        try file.setBasic(change)
        if frozen != open.frozenTimes || !frozen.isEmpty {
            try file.freeze(frozen)
            open.frozenTimes = frozen
        }
    }

    private func explicit(_ time: FileTime) throws(NTStatus) -> FileTime? {
        let number = Int64(bitPattern: time.rawValue)
        guard number >= -2 else { throw .invalidParameter }
        return number > 0 ? time : nil
    }

    private func take(
        _ time: FileTime,
        _ bit: FrozenTimes,
        _ frozen: inout FrozenTimes
    ) throws(NTStatus) -> FileTime? {
        switch Int64(bitPattern: time.rawValue) {
        case 0: break
        case -2: frozen.remove(bit)
        default: frozen.insert(bit)
        }
        return try explicit(time)
    }

    // MARK: Sizes

    /// MS-FSA 2.1.5.15.1 and 2.1.5.15.6; what others cached is wrong afterwards.
    private func resize(
        _ file: any StoreFile,
        _ informationClass: FileInformationClass,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let size =
            informationClass == .allocation
            ? try decode(AllocationInformation.self).allocationSize
            : try decode(EndOfFileInformation.self).endOfFile
        guard file.kind != .directory || file.isStream else { throw NTStatus.invalidParameter }
        guard Int64(exactly: size) != nil else { throw NTStatus.invalidParameter }
        try open.require(.writeData)
        let breaks = files.withTable { $0.breakForChange(by: open.openID, waiter: WaiterID(0)) }
        shard.notify(breaks.breaks)
        if informationClass == .allocation {
            try file.setAllocation(size)
        } else {
            try file.setEndOfFile(size)
        }
        SetInfoResponse().encode(to: &writer)
        return .answered
    }

    /// MS-FSA 2.1.5.15.16. Nothing has to be done: bytes that were never written read as zeros.
    private func setValidDataLength(_ file: any StoreFile) throws(NTStatus) {
        let value = try decode(ValidDataLengthInformation.self)
        guard file.kind == .file else { throw .invalidParameter }
        try open.require(.writeData)
        guard value.validDataLength <= (try file.metadata()).endOfFile else {
            throw .invalidParameter
        }
    }

    // MARK: Extended attributes

    /// MS-FSA 2.1.5.15.7.
    private func setExtendedAttributes(_ file: any StoreFile) throws(NTStatus) {
        try requireWritableShare()
        try open.require(.writeExtendedAttributes)
        let attributes: [ExtendedAttribute]
        do {
            attributes = try withReader(over: message.input) { reader throws(WireError) in
                try ExtendedAttribute.decodeList(from: &reader)
            }
        } catch {
            throw .eaListInconsistent
        }
        guard attributes.allSatisfy({ Self.isValid(name: $0.name) }) else { throw .invalidEAName }
        try file.setExtendedAttributes(attributes)
    }

    /// MS-FSCC 2.4.16: printable ASCII without the characters that file names lack, too.
    private static func isValid(name: [UInt8]) -> Bool {
        !name.isEmpty
            && name.allSatisfy { $0 >= 0x20 && $0 < 0x80 && !"\\/:*?\"<>|,+=[];".utf8.contains($0) }
    }
}
