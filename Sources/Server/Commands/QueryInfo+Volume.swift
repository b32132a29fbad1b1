import FileStore
import SMBMessages
import Wire

extension InfoQuery {
    /// MS-SMB2 3.3.5.20.2, MS-FSA 2.1.5.13.
    func fileSystem(_ writer: inout WireWriter) throws -> Connection.Result {
        guard let store = open.tree.share.store else { throw NTStatus.notSupported }
        let informationClass = FileSystemInformationClass(rawValue: message.informationClass)
        switch informationClass {
        case .device:
            return try write(device, to: &writer)
        case .control:
            return try write(Self.control, to: &writer)
        default:
            break
        }
        let volume = try store.volume()
        switch informationClass {
        case .volume:
            let value = VolumeInformation(
                creationTime: volume.creationTime,
                serialNumber: volume.serialNumber,
                label: String(open.tree.share.name.prefix(32))
            )
            return try write(value, minimum: 24, to: &writer)
        case .attribute:
            let value = AttributeInformation(
                attributes: attributes(of: store),
                maximumComponentNameLength: volume.maximumComponentLength,
                fileSystemName: volume.fileSystemName
            )
            return try write(value, minimum: 16, to: &writer)
        case .size:
            return try write(VolumeSizeInformation(volume), to: &writer)
        case .fullSize:
            return try write(VolumeFullSizeInformation(volume), to: &writer)
        case .objectID:
            return try write(VolumeObjectIDInformation(objectID: volume.identifier), to: &writer)
        case .sectorSize:
            return try write(SectorSizeInformation(volume), to: &writer)
        case .posix:
            guard request.hasPOSIXExtensions else { throw NTStatus.invalidInfoClass }
            return try write(POSIXVolumeInformation(volume), to: &writer)
        case .label, .driverPath:
            throw NTStatus.notSupported
        default:
            throw NTStatus.invalidInfoClass
        }
    }

    private var device: DeviceInformation {
        var characteristics = DeviceInformation.isMounted
        if open.tree.share.isReadOnly { characteristics |= DeviceInformation.isReadOnly }
        return DeviceInformation(
            deviceType: DeviceInformation.diskDevice,
            characteristics: characteristics
        )
    }

    /// No quotas: limits and thresholds that are never reached.
    private static let control = ControlInformation(
        freeSpaceStartFiltering: 0,
        freeSpaceThreshold: 0,
        freeSpaceStopFiltering: 0,
        defaultQuotaThreshold: .max,
        defaultQuotaLimit: .max,
        flags: 0
    )

    private func attributes(of store: any FileStore) -> FileSystemAttributes {
        let has = store.capabilities
        var attributes: FileSystemAttributes = [.casePreservedNames, .unicodeOnDisk]
        // Clients take it for "names that differ in case are different", which ours can hold.
        attributes.insert(.caseSensitiveSearch)
        if has.contains(.namedStreams) { attributes.insert(.namedStreams) }
        if has.contains(.extendedAttributes) { attributes.insert(.supportsExtendedAttributes) }
        if has.contains(.persistentSecurity) { attributes.insert(.persistentACLs) }
        if has.contains(.sparseFiles) { attributes.insert(.supportsSparseFiles) }
        if has.contains(.hardLinks) { attributes.insert(.supportsHardLinks) }
        if has.contains(.symbolicLinks) { attributes.insert(.supportsReparsePoints) }
        if has.contains(.reflinks) { attributes.insert(.supportsBlockRefcounting) }
        if has.contains(.readOnly) || open.tree.share.isReadOnly {
            attributes.insert(.readOnlyVolume)
        }
        attributes.insert(.supportsObjectIDs)
        return attributes
    }
}

extension VolumeSizeInformation {
    init(_ volume: StoreVolume) {
        self.init(
            totalAllocationUnits: volume.totalUnits,
            availableAllocationUnits: volume.availableUnits,
            sectorsPerAllocationUnit: volume.sectorsPerUnit,
            bytesPerSector: volume.bytesPerSector
        )
    }
}

extension VolumeFullSizeInformation {
    init(_ volume: StoreVolume) {
        self.init(
            totalAllocationUnits: volume.totalUnits,
            callerAvailableAllocationUnits: volume.availableUnits,
            actualAvailableAllocationUnits: volume.freeUnits,
            sectorsPerAllocationUnit: volume.sectorsPerUnit,
            bytesPerSector: volume.bytesPerSector
        )
    }
}

extension SectorSizeInformation {
    init(_ volume: StoreVolume) {
        let sector = volume.bytesPerSector
        let unit = sector * volume.sectorsPerUnit
        self.init(
            logicalBytesPerSector: sector,
            physicalBytesPerSectorForAtomicity: unit,
            physicalBytesPerSectorForPerformance: unit,
            effectivePhysicalBytesForAtomicity: unit,
            flags: Self.alignedDevice | Self.partitionAlignedOnDevice,
            byteOffsetForSectorAlignment: 0,
            byteOffsetForPartitionAlignment: 0
        )
    }
}

extension POSIXVolumeInformation {
    init(_ volume: StoreVolume) {
        self.init(
            optimalTransferSize: volume.preferredBlockSize,
            blockSize: volume.bytesPerSector * volume.sectorsPerUnit,
            totalBlocks: volume.totalUnits,
            availableBlocks: volume.freeUnits,
            userAvailableBlocks: volume.availableUnits,
            totalFileNodes: volume.totalFiles,
            freeFileNodes: volume.freeFiles,
            fileSystemIdentifier: UInt64(truncatingIfNeeded: volume.identifier.rawValue)
        )
    }
}
