internal import Descriptors
internal import SMBDirect
internal import Verbs

extension TransportError {
    init(_ error: VerbsError) {
        let isMemory = error.errno == .noMemory
        let hint =
            isMemory
            ? " (too little memory may be locked: raise it with ulimit -l unlimited, or with "
                + "LimitMEMLOCK=infinity in a service)" : ""
        self = .system(error.errno, call: error.call + hint)
    }

    init(_ error: SMBDirectError) {
        if case .messageTooLong(let byteCount, let maximum) = error {
            self = .messageTooLarge(byteCount: byteCount, limit: maximum)
        } else {
            self = .fabric(reason: "SMB Direct: \(error)")
        }
    }
}
