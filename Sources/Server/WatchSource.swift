import FileStore
import Reactor
import SMBMessages

/// The changes of one store, read on one reactor thread and handed to the watches there.
final class WatchSource: ReadinessHandler, PassHandler {
    private let watcher: any ChangeWatcher
    private let reactor: Reactor
    private var registration: RegistrationID?
    private var watches: [ObjectIdentifier: DirectoryWatch] = [:]
    /// Watches that something happened to while the watcher is drained.
    private var touched: [DirectoryWatch] = []

    init(store: any FileStore, reactor: Reactor) throws(NTStatus) {
        watcher = try store.makeWatcher()
        self.reactor = reactor
        do {
            registration = try reactor.register(
                descriptor: watcher.descriptor,
                events: .readable,
                handler: self
            )
        } catch {
            throw .insufficientResources
        }
    }

    private var isScheduled = false

    func ready(_ events: ReadinessSet) { drain() }

    /// Reads the changes of the requests that run now as soon as they have run, before those that
    /// their answers bring about are mixed with them.
    func drainAfterPass() {
        guard !isScheduled else { return }
        isScheduled = true
        reactor.runAtEndOfPass(self)
    }

    func endOfPass() {
        isScheduled = false
        drain()
    }

    /// Reads what has happened up to now, then answers whoever waits for it.
    func drain() {
        watcher.drain()
        let batch = touched
        touched.removeAll()
        for watch in batch { watch.deliver() }
    }

    func start(
        _ watch: DirectoryWatch,
        on directory: any StoreFile,
        isRecursive: Bool
    ) throws(NTStatus) {
        watch.id = try watcher.watch(directory, recursive: isRecursive) {
            [unowned self, unowned watch] change in
            watch.receive(change)
            if watch.isReady { touched.append(watch) }
        }
        watches[ObjectIdentifier(watch)] = watch
    }

    func stop(_ watch: DirectoryWatch) {
        if let id = watch.id { watcher.stop(id) }
        watch.id = nil
        touched.removeAll { $0 === watch }
        watches[ObjectIdentifier(watch)] = nil
    }

    /// The directory goes away: whoever watches it is told so.
    func end(_ identity: FileIdentity, with status: NTStatus) {
        for watch in watches.values where watch.identity.file == identity.file {
            watch.end(with: status)
        }
    }
}
