internal import Descriptors

/// Why a directory cannot be shared.
public struct POSIXStoreError: Error, Hashable, Sendable {
    public enum Problem: Hashable, Sendable {
        case cannotOpen(code: Int32)
        /// The kernel, or a filter on its calls, has no openat2, so that nothing would keep paths
        /// inside the share.
        case openat2Missing
        /// Extended attributes of places, and where an open file went, need /proc/self/fd.
        case procMissing
    }

    public var path: String
    public var problem: Problem

    public init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }
}

extension POSIXStoreError: CustomStringConvertible {
    public var description: String {
        switch problem {
        case .cannotOpen(let code):
            "\(path): \(Errno(rawValue: code))"
        case .openat2Missing:
            "\(path): this system offers no openat2 (Linux 5.6), which keeps clients inside the "
                + "share; allow the call in the container's seccomp profile or use a newer kernel"
        case .procMissing:
            "\(path): /proc is not mounted; the server needs /proc/self/fd"
        }
    }
}
