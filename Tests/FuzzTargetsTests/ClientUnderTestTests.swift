import Client
import Testing

@testable import FuzzTargets

extension ConversationTests {
    /// Without edits everything works, so that it is the edits which a fuzzer tries.
    @Test(arguments: [true, false], [true, false])
    func worksWithoutEdits(signs: Bool, isNew: Bool) async {
        ServerUnderTest.shared.reset()
        var options = ClientOptions()
        options.signs = signs
        options.dialectMax = isNew ? .smb311 : .smb210
        let succeeds = await Self.onThreadOfItsOwn { [options] in
            ClientUnderTest.shared.run(
                options,
                user: ServerUnderTest.user,
                edits: ReplyEdits([])
            )
        }
        #expect(succeeds)
    }

    /// The first answer cut off in its middle.
    @Test func failsWithABrokenAnswer() async {
        ServerUnderTest.shared.reset()
        var options = ClientOptions()
        options.timeoutSeconds = 1
        let edits = ReplyEdits([0, 2, 70, 0, 0, 0, 0, 0])
        let succeeds = await Self.onThreadOfItsOwn { [options] in
            ClientUnderTest.shared.run(options, user: ServerUnderTest.user, edits: edits)
        }
        #expect(!succeeds)
    }
}
