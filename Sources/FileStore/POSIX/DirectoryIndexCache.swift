internal import CFileSystem
internal import CSystem
import Synchronization

/// The indexes of the directories that were searched lately, bounded in number and in bytes.
///
/// An index holds as long as the directory's own times do. Changes that the store makes are
/// followed, so that a folder that fills with files is not read again for each of them; since
/// another process may change the directory in the same instant, an amended index is trusted for
/// `amendedAgeMax` only. Names spelled as on disk never depend on an index.
final class DirectoryIndexCache: Sendable {
    static let directoryCountMax = 128
    static let costMax = 64 << 20
    static let amendedAgeMax: UInt64 = 1_000_000_000

    private struct Slot {
        var index: DirectoryIndex
        var usedAt: UInt64
    }

    private struct State {
        var slots: [FileIdentity: Slot] = [:]
        var cost = 0
        var clock: UInt64 = 0
        var generation: UInt64 = 0
    }

    private let state = Mutex(State())

    /// What a search found, and which reading of the directory it rests on.
    struct Search {
        var answer: DirectoryIndex.Answer
        var generation: UInt64
    }

    /// Nil when the directory has to be read first.
    func search(
        _ directory: FileIdentity,
        stamp: DirectoryIndex.Stamp,
        folded: [UInt8]
    ) -> Search? {
        let now = csystem_monotonic_nanoseconds()
        return state.withLock { state in
            guard let slot = state.slots[directory], slot.index.stamp == stamp else { return nil }
            if slot.index.isAmended, now &- slot.index.readAt > Self.amendedAgeMax { return nil }
            state.clock += 1
            state.slots[directory]?.usedAt = state.clock
            return Search(
                answer: slot.index.find(folded: folded),
                generation: slot.index.generation
            )
        }
    }

    /// An empty index for a reading that begins now.
    func begin(stamp: DirectoryIndex.Stamp) -> DirectoryIndex {
        let generation = state.withLock { state in
            state.generation += 1
            return state.generation
        }
        return DirectoryIndex(
            stamp: stamp,
            generation: generation,
            readAt: csystem_monotonic_nanoseconds()
        )
    }

    /// Keeps an index, if it is not too large, at the cost of those not used for longest.
    func keep(_ index: consuming DirectoryIndex, of directory: FileIdentity) {
        let cost = index.cost
        let index = index
        state.withLock { state in
            if let old = state.slots.removeValue(forKey: directory) { state.cost -= old.index.cost }
            guard cost <= Self.costMax else { return }
            while state.slots.count >= Self.directoryCountMax
                || state.cost + cost > Self.costMax
            {
                guard let oldest = state.slots.min(by: { $0.value.usedAt < $1.value.usedAt })
                else { break }
                state.slots[oldest.key] = nil
                state.cost -= oldest.value.index.cost
            }
            state.clock += 1
            state.cost += cost
            state.slots[directory] = Slot(index: index, usedAt: state.clock)
        }
    }

    /// Follows a change that the store made, after a search that rests on `generation`.
    func amend(
        _ directory: FileIdentity,
        adding added: [UInt8]? = nil,
        removing removed: [UInt8]? = nil,
        generation: UInt64?,
        stamp: DirectoryIndex.Stamp
    ) {
        state.withLock { state in
            // No copy of the index may be alive while it changes, or all of it would be copied.
            guard let held = state.slots[directory]?.index.generation,
                let before = state.slots[directory]?.index.cost,
                generation == nil || held == generation
            else { return }
            state.slots[directory]?.index.amend(adding: added, removing: removed, stamp: stamp)
            state.cost += (state.slots[directory]?.index.cost ?? before) - before
        }
    }

    /// Whether a directory's index is held and true for `stamp`; for changes without a search.
    func generation(
        _ directory: FileIdentity,
        stamp: DirectoryIndex.Stamp
    ) -> UInt64? {
        state.withLock { state in
            guard let slot = state.slots[directory], slot.index.stamp == stamp else { return nil }
            return slot.index.generation
        }
    }
}
