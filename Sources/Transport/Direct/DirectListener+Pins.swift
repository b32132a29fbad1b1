public import Reactor
internal import Synchronization
internal import Verbs

extension DirectListener {
    /// Has every device that is listened on know this memory, so that `Transport.buffer(over:)`
    /// finds it; tells by name which devices do so from now on, and which ones refuse and why.
    ///
    /// Registering takes time in proportion to the memory, and none where it has been done: call
    /// it again when devices may have come. Not on a reactor's thread, and from one thread only.
    /// Devices of iWARP other than siw keep a domain for each connection, and do not take part.
    public func pin(
        _ memory: PinnedMemory
    ) -> (added: [String], refused: [(device: String, reason: TransportError)]) {
        var added: [String] = []
        var refused: [(device: String, reason: TransportError)] = []
        for domain in domains.withLock({ $0 }) {
            let name = domain.device.device.name
            do throws(VerbsError) {
                if try domain.pins.register(memory) { added.append(name) }
            } catch {
                refused.append((name, TransportError(error)))
            }
        }
        return (added, refused)
    }

    /// Devices forget the memory as soon as no message is sent from it any more.
    public func unpin(_ memory: PinnedMemory) {
        for domain in domains.withLock({ $0 }) { domain.pins.remove(memory) }
    }
}
