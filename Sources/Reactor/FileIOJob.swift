/// Work for a thread of a `FileIOPool` that is part of an object with a longer life: for the data
/// path, which allocates nothing. It is given to the pool again only after it has ended.
public protocol FileIOJob: AnyObject {
    /// Called on a thread of the pool. Its owner touches nothing of it meanwhile.
    func performFileIO()

    /// Called afterwards on the reactor that asked.
    func fileIOEnded()
}
