/// Why a directory could not be mounted.
public struct MountFailure: Error, Hashable, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}
