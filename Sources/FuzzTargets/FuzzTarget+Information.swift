import SMBMessages
import Wire

extension FuzzTarget {
    /// MS-FSCC 2.4: what SET_INFO brings and QUERY_INFO returns for a file.
    static let fileInformation = FuzzTarget(
        name: "file-information",
        codecs: [
            Codec(file: AccessInformation.self),
            Codec(file: AlignmentInformation.self),
            Codec(file: AllInformation.self),
            Codec(file: AllocationInformation.self),
            Codec(file: AlternateNameInformation.self),
            Codec(file: AttributeTagInformation.self),
            Codec(file: BasicInformation.self),
            Codec(file: CompressionInformation.self),
            Codec(file: DispositionExtendedInformation.self),
            Codec(file: DispositionInformation.self),
            Codec(file: EndOfFileInformation.self),
            Codec(file: ExtendedAttributeInformation.self),
            Codec(file: IDInformation.self),
            Codec(file: InternalInformation.self),
            Codec(file: LinkInformation.self),
            Codec(file: ModeInformation.self),
            Codec(file: NameInformation.self),
            Codec(file: NetworkOpenInformation.self),
            Codec(file: NormalizedNameInformation.self),
            Codec(file: PipeInformation.self),
            Codec(file: PipeLocalInformation.self),
            Codec(file: PipeRemoteInformation.self),
            Codec(file: PositionInformation.self),
            Codec(file: POSIXInformation.self),
            Codec(file: RenameExtendedInformation.self),
            Codec(file: RenameInformation.self),
            Codec(file: StandardInformation.self),
            Codec(file: StandardLinkInformation.self),
            Codec(file: ValidDataLengthInformation.self),
            Codec(reading: { reader throws(WireError) in
                try ExtendedAttribute.decodeList(from: &reader)
            }),
            Codec(reading: { reader throws(WireError) in
                try ExtendedAttributeName.decodeList(from: &reader)
            }),
            Codec(reading: { reader throws(WireError) in
                try StreamInformation.decodeList(from: &reader)
            }),
            Codec(reading: { reader throws(WireError) in
                try FileNotifyInformation.decodeList(from: &reader)
            }),
        ]
    )

    /// MS-FSCC 2.5.
    static let volumeInformation = FuzzTarget(
        name: "volume-information",
        codecs: [
            Codec(volume: AttributeInformation.self),
            Codec(volume: ControlInformation.self),
            Codec(volume: DeviceInformation.self),
            Codec(volume: POSIXVolumeInformation.self),
            Codec(volume: SectorSizeInformation.self),
            Codec(volume: VolumeFullSizeInformation.self),
            Codec(volume: VolumeInformation.self),
            Codec(volume: VolumeObjectIDInformation.self),
            Codec(volume: VolumeSizeInformation.self),
        ]
    )

    /// MS-FSCC 2.4: the entries of a directory; the first byte is the information class.
    static let directory = FuzzTarget(name: "directory") { bytes in
        guard let first = bytes.first else { return }
        let informationClass = FileInformationClass(rawValue: first)
        Codec(reading: { reader throws(WireError) in
            try DirectoryEntry.decodeList(informationClass, from: &reader)
        }).run(Array(bytes.dropFirst()), 0)
    }
}
