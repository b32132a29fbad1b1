import SMBState
import Testing

@Suite struct AsyncCommandsTests {
    @Test func findsByEitherName() throws {
        var commands = AsyncCommands()
        let begun = commands.begin(messageID: 7)
        let id = try #require(begun)
        #expect(id != 0)
        #expect(commands.messageID(of: id) == 7)
        #expect(commands.find(messageID: 7) == id)
        #expect(commands.find(messageID: 8) == nil)
    }

    @Test func doesNotReuseAnID() throws {
        var commands = AsyncCommands()
        let begun = commands.begin(messageID: 1)
        let first = try #require(begun)
        #expect(commands.end(first) == true)
        let again = commands.end(first)
        #expect(!again)
        let next = commands.begin(messageID: 1)
        #expect(next != first)
        #expect(commands.messageID(of: first) == nil)
        #expect(commands.messageID(of: 0) == nil)
    }

    @Test func refusesMoreThanItsBound() throws {
        var commands = AsyncCommands(countMax: 2)
        let begun = commands.begin(messageID: 1)
        let first = try #require(begun)
        #expect(commands.begin(messageID: 2) != nil)
        #expect(commands.begin(messageID: 3) == nil)
        commands.end(first)
        #expect(commands.begin(messageID: 3) != nil)
    }
}
