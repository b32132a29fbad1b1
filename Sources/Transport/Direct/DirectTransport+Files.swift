internal import CSystem
internal import Descriptors
internal import Glibc
internal import Reactor

extension DirectTransport {
    /// The bytes of the first message's file in registered memory; nil when that takes a while, or
    /// has failed.
    func readFile(
        _ descriptor: Int32,
        _ owner: AnyObject,
        _ offset: Int64,
        _ count: Int
    ) -> IOBuffer? {
        if let buffer = fileBuffer {
            fileBuffer = nil
            return buffer
        }
        guard let buffer = pools.local.take(capacity: count) else {
            delaySending()
            return nil
        }
        let job = FileReadJob(buffer: buffer, descriptor: descriptor, owner: owner)
        let result = job.read(offset: offset, count: count, mayBlock: fileIO == nil)
        switch result {
        case .success(true):
            return buffer
        case .success(false):
            readElsewhere(job, offset: offset, count: count)
        case .failure(let error):
            buffer.recycle()
            fail(.system(error, call: "pread"))
        }
        return nil
    }

    /// Has a thread that may wait read the file, and goes on when it is there.
    private func readElsewhere(_ job: FileReadJob, offset: Int64, count: Int) {
        isReadingFile = true
        let accepted = fileIO?.submit(for: reactor) {
            job.read(offset: offset, count: count, mayBlock: true)
        } completion: { [self] result in
            isReadingFile = false
            guard state != .closed else { return job.buffer.recycle() }
            fileBuffer = job.buffer
            if case .failure(let error) = result { return fail(.system(error, call: "pread")) }
            schedulePass()
        }
        if accepted != true {
            isReadingFile = false
            job.buffer.recycle()
            delaySending()
        }
    }
}

/// What a thread of the pool needs to read a file. The transport waits for it and touches none of
/// it meanwhile.
private struct FileReadJob: @unchecked Sendable {
    let buffer: IOBuffer
    let descriptor: Int32
    let owner: AnyObject

    /// Answers false when the page cache lacks the bytes and the caller must not wait. Zeros stand
    /// for what the file no longer has.
    func read(offset: Int64, count: Int, mayBlock: Bool) -> Result<Bool, Errno> {
        var flags = mayBlock ? 0 : csystem_rwf_nowait
        var done = 0
        while done < count {
            let place = unsafe buffer.base + done
            let position = off_t(offset) + off_t(done)
            let result = unsafe csystem_pread(descriptor, place, count - done, position, flags)
            if result > 0 {
                done += result
                continue
            }
            if result == 0 {
                unsafe memset(place, 0, count - done)
                break
            }
            switch Errno(rawValue: Int32(-result)) {
            case .interrupted: continue
            case .wouldBlock where flags != 0: return .success(false)
            // A file system that knows no such flag keeps its files in memory (tmpfs), or leaves
            // no choice.
            case .notSupported where flags != 0: flags = 0
            case let error: return .failure(error)
            }
        }
        buffer.count = count
        return .success(true)
    }
}
