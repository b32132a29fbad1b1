/// Somebody whose work shows in memory before the kernel tells of it: completion queues of a
/// device. Looking costs no system call; being told costs several, and a thread's wake-up.
public protocol PollingHandler: AnyObject {
    /// Looks for work and does it, or schedules it; true when there was any.
    func poll() -> Bool

    /// The thread no longer looks: whatever comes from now on, the kernel has to tell. What came
    /// since the last look is scheduled here.
    func endPolling()
}
