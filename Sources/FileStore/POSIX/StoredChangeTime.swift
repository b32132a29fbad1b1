import Wire

/// A ChangeTime that a client set (MS-FSCC 2.4.7). The kernel keeps that time itself, so this one
/// counts only until the file changes again: as long as the kernel's still is what it was then.
struct StoredChangeTime: Hashable, Sendable {
    /// Storing it is a change of its own, a little later: in units of 100 nanoseconds.
    static let tolerance: UInt64 = 200_000

    var time: FileTime
    /// The kernel's time of change when this one was set.
    var setAt: FileTime

    /// What counts, given the kernel's time.
    func current(_ kernel: FileTime) -> FileTime {
        isCurrent(kernel, tolerance: Self.tolerance) ? time : kernel
    }

    func isCurrent(_ kernel: FileTime, tolerance: UInt64) -> Bool {
        kernel >= setAt && kernel.rawValue - setAt.rawValue <= tolerance
    }
}
