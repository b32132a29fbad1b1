/// Which fields an entry has in a directory class of MS-FSCC 2.4.
struct DirectoryEntryFormat {
    var hasDetails = true
    var hasExtendedAttributeSize = false
    var hasReparseTag = false
    var hasShortName = false
    /// Bytes that align the file number, where the class has any.
    var paddingBeforeFileID = 0
    var hasFileID = false
    var hasFileID128 = false
    var isPOSIX = false

    /// Nil for a class that is not one of directory entries.
    init?(_ informationClass: FileInformationClass) {
        switch informationClass {
        case .directory:
            break
        case .fullDirectory:
            hasExtendedAttributeSize = true
        case .bothDirectory:
            hasExtendedAttributeSize = true
            hasShortName = true
        case .names:
            hasDetails = false
        case .idBothDirectory:
            hasExtendedAttributeSize = true
            hasShortName = true
            paddingBeforeFileID = 2
            hasFileID = true
        case .idFullDirectory:
            hasExtendedAttributeSize = true
            paddingBeforeFileID = 4
            hasFileID = true
        case .idExtendedDirectory:
            (hasExtendedAttributeSize, hasReparseTag, hasFileID128) = (true, true, true)
        case .id64ExtendedDirectory:
            (hasExtendedAttributeSize, hasReparseTag, hasFileID) = (true, true, true)
        case .id64ExtendedBothDirectory:
            (hasExtendedAttributeSize, hasReparseTag, hasFileID) = (true, true, true)
            hasShortName = true
        case .idAllExtendedDirectory:
            (hasExtendedAttributeSize, hasReparseTag, hasFileID) = (true, true, true)
            hasFileID128 = true
        case .idAllExtendedBothDirectory:
            (hasExtendedAttributeSize, hasReparseTag, hasFileID) = (true, true, true)
            hasFileID128 = true
            hasShortName = true
        case .posix:
            isPOSIX = true
        default:
            return nil
        }
    }

    /// Bytes before the name; the POSIX class has SIDs of any size on top.
    var fixedSize: Int {
        if isPOSIX { return 76 }
        var size = hasDetails ? 64 : 12
        if hasExtendedAttributeSize { size += 4 }
        if hasReparseTag { size += 4 }
        if hasShortName { size += 26 }
        if hasFileID { size += paddingBeforeFileID + 8 }
        if hasFileID128 { size += 16 }
        return size
    }
}
