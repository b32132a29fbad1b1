/// Works on many items with a few of them under way at a time.
struct Crew: Sendable {
    let jobs: Int

    /// Runs `body` for every item; the first failure ends it, after what is under way.
    func run<Item: Sendable>(
        _ items: [Item],
        _ body: @escaping @Sendable (Item) async throws(ClientError) -> Void
    ) async throws(ClientError) {
        let failure = await withTaskGroup(of: ClientError?.self) { group in
            var next = 0
            var failure: ClientError?
            while next < items.count, next < jobs {
                group.addTask { [item = items[next]] in await Self.outcome(item, body) }
                next += 1
            }
            while let result = await group.next() {
                if let result {
                    failure = failure ?? result
                    group.cancelAll()
                } else if failure == nil, next < items.count {
                    group.addTask { [item = items[next]] in await Self.outcome(item, body) }
                    next += 1
                }
            }
            return failure
        }
        if let failure { throw failure }
    }

    private static func outcome<Item: Sendable>(
        _ item: Item,
        _ body: @Sendable (Item) async throws(ClientError) -> Void
    ) async -> ClientError? {
        do throws(ClientError) {
            try await body(item)
            return nil
        } catch {
            return error
        }
    }
}
