/// Objects by 64-bit handles: the low half is a slot, the high half its generation, so that a
/// handle which was closed never reaches the object that took its slot. Lookup is two loads.
struct SlotTable<Element: AnyObject> {
    private struct Slot {
        var generation: UInt32 = 1
        var element: Element?
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []
    let countMax: Int
    private(set) var count = 0

    init(countMax: Int) { self.countMax = countMax }

    /// A handle for the object that `make` builds from it; `nil` when the table is full.
    mutating func insert(_ make: (UInt64) -> Element) -> Element? {
        guard count < countMax else { return nil }
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
        } else {
            index = UInt32(slots.count)
            slots.append(Slot())
        }
        let handle = UInt64(slots[Int(index)].generation) << 32 | UInt64(index)
        let element = make(handle)
        slots[Int(index)].element = element
        count += 1
        return element
    }

    subscript(handle: UInt64) -> Element? {
        let index = Int(truncatingIfNeeded: handle & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(handle >> 32) else {
            return nil
        }
        return slots[index].element
    }

    @discardableResult
    mutating func remove(_ handle: UInt64) -> Element? {
        guard let element = self[handle] else { return nil }
        let index = Int(handle & 0xFFFF_FFFF)
        slots[index].element = nil
        // A generation of all ones would spell the "previous handle" of compounds.
        slots[index].generation =
            slots[index].generation == .max - 1
            ? 1 : slots[index].generation + 1
        free.append(UInt32(index))
        count -= 1
        return element
    }

    /// Every object now in the table.
    var elements: [Element] { slots.compactMap(\.element) }
}
