/// What of a folder has been told already, so that a listing that begins anew tells it once.
struct Listing {
    /// Channels do not die more often than this within one listing.
    private static let beginningsMax = 8

    private var names: Set<String> = []
    private var beginnings = 0

    /// Those of a page that are new.
    mutating func new(_ page: [FileFacts]) -> [FileFacts] {
        let isFirst = beginnings == 0
        var fresh: [FileFacts] = []
        fresh.reserveCapacity(page.count)
        for facts in page where names.insert(facts.name).inserted || isFirst { fresh.append(facts) }
        return fresh
    }

    mutating func beginAgain() -> Bool {
        beginnings += 1
        return beginnings < Self.beginningsMax
    }
}
