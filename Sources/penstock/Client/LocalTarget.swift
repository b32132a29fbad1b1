import Client

/// Where on this machine a copy goes, given what the user wrote.
enum LocalTarget {
    /// The path of a file: `target` itself, or `name` inside of it where that is a folder.
    static func file(_ target: String, name: String) throws -> String {
        let facts = LocalFolder.facts(target)
        if facts?.kind == .folder { return try inside(target, name) }
        guard target.hasSuffix("/") else { return target }
        throw CommandFailure(.notFound, "the folder '\(target)' does not exist; make it first")
    }

    /// The path of a folder that takes the entries of another one: `name` inside of `target` where
    /// that is there, `target` itself where it is not.
    static func folder(_ target: String, name: String) throws -> String {
        guard let facts = LocalFolder.facts(target) else { return target }
        guard facts.kind == .folder else {
            throw CommandFailure(.usage, "'\(target)' is a file; a folder needs a folder as target")
        }
        return try inside(target, name)
    }

    /// The name comes from the server or the location, so it must be one name.
    private static func inside(_ folder: String, _ name: String) throws -> String {
        guard EntryName.isSafe(name) else {
            throw CommandFailure(.failure, "'\(EntryName.shown(name))' cannot be a file name here")
        }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}
