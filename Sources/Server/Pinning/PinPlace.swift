internal import FileStore

/// Where a file in memory, or a folder on the way to it, is.
struct PinPlace {
    /// The number of the wish that names it.
    var wish: Int
    var path: StorePath

    /// Whether `other` is this, or lies below.
    func holds(_ other: PinPlace) -> Bool {
        wish == other.wish && other.path.components.starts(with: path.components)
    }
}
