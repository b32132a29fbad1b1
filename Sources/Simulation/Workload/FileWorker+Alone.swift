internal import Client
internal import Seeds

extension FileWorker {
    /// Something that nothing else of this file goes on beside.
    func changeAlone() async throws(SimulationFailure) {
        scene.counts.operations += 1
        switch random.number(0...5) {
        case 0: try await resize()
        case 1: try await attempt { file throws(ClientError) in try await file.flush() }
        case 2: try await rename()
        case 3: try await reopen()
        case 4: try await checkSize()
        default: try await makeAndRemove()
        }
    }

    private func resize() async throws(SimulationFailure) {
        let size = random.number(0...Self.byteCountMax)
        try await attempt { file throws(ClientError) in try await file.resize(to: UInt64(size)) }
        shadow.resize(to: size)
    }

    private func reopen() async throws(SimulationFailure) {
        try await attempt { file throws(ClientError) in try await file.close() }
        forget()
        try await attempt { _ throws(ClientError) in }
    }

    private func checkSize() async throws(SimulationFailure) {
        let path = path
        let facts = try await attempt { [scene] _ throws(ClientError) in
            try await scene.share().stat(path)
        }
        guard Int(facts.byteCount) != shadow.count else { return }
        scene.counts.lost += 1
        scene.fail("file \(number): \(facts.byteCount) bytes, not \(shadow.count)")
    }

    /// A rename must happen once: a second time there is nothing to rename.
    private func rename() async throws(SimulationFailure) {
        let target = try name("file-\(number)-\(random.next() % 1000)")
        guard target != path else { return }
        scene.trace("file \(number): rename \(path) to \(target)")
        var mayHaveHappened = false
        while true {
            do throws(ClientError) {
                try await opened().rename(to: target, replacing: false)
                break
            } catch {
                if error.kind == .notFound || error.kind == .exists {
                    guard mayHaveHappened else { return duplicated("a rename", error) }
                    break
                }
                try await recover(from: error)
                guard error.kind == .network else { continue }
                mayHaveHappened = true
                // It is open under one name or the other.
                let share = try await shareInTime()
                if (try? await share.stat(target)) != nil { break }
            }
        }
        path = target
        scene.trace("file \(number): is \(path) now")
    }

    /// A new file is made once, and removed once.
    private func makeAndRemove() async throws(SimulationFailure) {
        let path = try name("new-\(number)-\(random.next() % 1_000_000)")
        var mayHaveHappened = false
        while true {
            do throws(ClientError) {
                _ = try await scene.share().open(path, for: .create).close()
                break
            } catch {
                if error.kind == .exists {
                    guard mayHaveHappened else { return duplicated("a create", error) }
                    break
                }
                try await recover(from: error)
                mayHaveHappened = mayHaveHappened || error.kind == .network
            }
        }
        mayHaveHappened = false
        while true {
            do throws(ClientError) {
                return try await scene.share().remove(path, isFolder: false)
            } catch {
                if error.kind == .notFound {
                    guard mayHaveHappened else { return duplicated("a removal", error) }
                    return
                }
                try await recover(from: error)
                mayHaveHappened = mayHaveHappened || error.kind == .network
            }
        }
    }

    private func shareInTime() async throws(SimulationFailure) -> Share {
        while true {
            do throws(ClientError) {
                return try await scene.share()
            } catch {
                try await recover(from: error)
            }
        }
    }

    private func duplicated(_ what: String, _ error: ClientError) {
        scene.counts.duplicated += 1
        scene.fail("file \(number): \(what) happened twice, or not at all: \(error)")
    }

    private func name(_ text: String) throws(SimulationFailure) -> RemotePath {
        do {
            return try RemotePath(parsing: text)
        } catch {
            throw SimulationFailure("\(error)")
        }
    }
}
