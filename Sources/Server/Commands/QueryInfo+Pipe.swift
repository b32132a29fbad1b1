import SMBMessages
import Wire

extension InfoQuery {
    /// What Windows clients ask of a pipe before they use it (MS-FSCC 2.4.37 to 2.4.39).
    func pipe(_ writer: inout WireWriter) throws -> Connection.Result {
        guard case .pipe(let pipe) = open.target else { throw NTStatus.invalidDeviceRequest }
        switch FileInformationClass(rawValue: message.informationClass) {
        case .standard:
            let value = StandardInformation(
                allocationSize: 4096,
                endOfFile: 0,
                numberOfLinks: 1,
                deletePending: true,
                directory: false
            )
            return try write(value, to: &writer)
        case .basic:
            let value = BasicInformation(
                creationTime: .zero,
                lastAccessTime: .zero,
                lastWriteTime: .zero,
                changeTime: .zero,
                attributes: .normal
            )
            return try write(value, to: &writer)
        case .name:
            return try write(NameInformation(name: "\\\(pipe.name)"), minimum: 8, to: &writer)
        case .access:
            return try write(AccessInformation(granted: open.grantedAccess), to: &writer)
        case .pipe:
            try open.require(.readAttributes)
            let value = PipeInformation(readMode: pipe.readMode, completionMode: 0)
            return try write(value, to: &writer)
        case .pipeLocal:
            try open.require(.readAttributes)
            return try write(pipe.localInformation, to: &writer)
        case .pipeRemote:
            try open.require(.readAttributes)
            let value = PipeRemoteInformation(collectDataTime: 0, maximumCollectionCount: 0)
            return try write(value, to: &writer)
        default:
            throw NTStatus.invalidInfoClass
        }
    }
}
