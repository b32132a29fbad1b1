/// What happens later, in the order of its times; at one time, in the order it was asked for.
struct EventQueue {
    private struct Event {
        var time: UInt64
        var number: UInt64
        var action: () -> Void

        func isBefore(_ other: Event) -> Bool {
            time != other.time ? time < other.time : number < other.number
        }
    }

    private var heap: [Event] = []
    private var nextNumber: UInt64 = 0

    var nextTime: UInt64? { heap.first?.time }

    mutating func insert(at time: UInt64, _ action: @escaping () -> Void) {
        heap.append(Event(time: time, number: nextNumber, action: action))
        nextNumber += 1
        var place = heap.count - 1
        while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// The first action, if its time has come.
    mutating func popDue(at now: UInt64) -> (() -> Void)? {
        guard let first = heap.first, first.time <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var smallest = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child].isBefore(heap[smallest]) {
                smallest = child
            }
            guard smallest != place else { return first.action }
            heap.swapAt(place, smallest)
            place = smallest
        }
    }

    mutating func removeAll() { heap.removeAll() }
}
