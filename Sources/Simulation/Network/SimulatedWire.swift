/// Decides when, and whether, what one end hands over arrives at the other.
protocol SimulatedWire: AnyObject {
    func carry(_ item: SimulatedItem, from end: SimulatedTransport)

    /// Bytes of this end that are under way.
    func queuedByteCount(of end: SimulatedTransport) -> Int

    /// An end will hear nothing any more. Its device may be busy for a while: see `drained`.
    func closed(_ end: SimulatedTransport, flushing: Bool)
}
