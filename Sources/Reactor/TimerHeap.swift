/// Names a timer until it has fired or was cancelled; stale names are harmless.
public struct TimerID: Hashable, Sendable {
    let slot: Int32
    let generation: UInt32
}

/// Deadlines in a binary heap whose entries know their place, so that a timer can be cancelled
/// in logarithmic time and leaves nothing behind.
struct TimerHeap {
    private struct Slot {
        var generation: UInt32
        /// Position in the heap, -1 when the slot is free.
        var position: Int32
        var deadline: UInt64
        var fire: (() -> Void)?
    }

    private var slots: [Slot] = []
    private var freeSlots: [Int32] = []
    private var heap: [Int32] = []

    var count: Int { heap.count }
    var nextDeadline: UInt64? { heap.first.map { slots[Int($0)].deadline } }

    mutating func insert(deadline: UInt64, fire: @escaping () -> Void) -> TimerID {
        let slot: Int32
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = Int32(slots.count)
            slots.append(Slot(generation: 0, position: -1, deadline: 0, fire: nil))
        }
        slots[Int(slot)].deadline = deadline
        slots[Int(slot)].fire = fire
        heap.append(slot)
        slots[Int(slot)].position = Int32(heap.count - 1)
        siftUp(heap.count - 1)
        return TimerID(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Whether the timer was still waiting.
    @discardableResult
    mutating func cancel(_ id: TimerID) -> Bool {
        guard Int(id.slot) < slots.count, slots[Int(id.slot)].generation == id.generation,
            slots[Int(id.slot)].position >= 0
        else { return false }
        remove(at: Int(slots[Int(id.slot)].position))
        release(id.slot)
        return true
    }

    /// Takes out one timer whose deadline has come.
    mutating func popExpired(at now: UInt64) -> (() -> Void)? {
        guard let first = heap.first, slots[Int(first)].deadline <= now else { return nil }
        let fire = slots[Int(first)].fire
        remove(at: 0)
        release(first)
        return fire
    }

    private mutating func release(_ slot: Int32) {
        slots[Int(slot)].fire = nil
        slots[Int(slot)].position = -1
        slots[Int(slot)].generation &+= 1
        freeSlots.append(slot)
    }

    private mutating func remove(at position: Int) {
        let last = heap.count - 1
        if position != last {
            swapEntries(position, last)
            heap.removeLast()
            siftDown(position)
            siftUp(position)
        } else {
            heap.removeLast()
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        slots[Int(heap[left])].deadline < slots[Int(heap[right])].deadline
    }

    private mutating func swapEntries(_ left: Int, _ right: Int) {
        heap.swapAt(left, right)
        slots[Int(heap[left])].position = Int32(left)
        slots[Int(heap[right])].position = Int32(right)
    }

    private mutating func siftUp(_ start: Int) {
        var position = start
        while position > 0 {
            let parent = (position - 1) / 2
            guard isBefore(position, parent) else { return }
            swapEntries(position, parent)
            position = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var position = start
        while true {
            var smallest = position
            let left = 2 * position + 1
            if left < heap.count && isBefore(left, smallest) { smallest = left }
            if left + 1 < heap.count && isBefore(left + 1, smallest) { smallest = left + 1 }
            guard smallest != position else { return }
            swapEntries(position, smallest)
            position = smallest
        }
    }
}
