internal import Glibc

/// One thread waits, for a bounded time, for another one to be done.
@safe final class Countdown: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func end() { unsafe sem_post(semaphore) }

    func wait(seconds: Int) {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        time.tv_sec += seconds
        while unsafe sem_timedwait(semaphore, &time) != 0, errno == EINTR {}
    }
}
