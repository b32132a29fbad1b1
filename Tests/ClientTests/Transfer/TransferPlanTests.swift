import Client
import Testing

@Suite struct TransferPlanTests {
    private func file(_ name: String, _ byteCount: UInt64 = 1) -> TransferEntry {
        TransferEntry(name: name, kind: .file, byteCount: byteCount)
    }

    @Test func walksFoldersBreadthFirst() {
        var plan = TransferPlan(direction: .toLocal)
        #expect(plan.nextFolder() == 0)
        plan.add(
            [file("a", 5), TransferEntry(name: "d", kind: .folder), file(".", 9), file("..", 9)],
            to: 0
        )
        #expect(plan.nextFolder() == 1)
        plan.add([file("b", 7)], to: 1)
        #expect(plan.nextFolder() == nil)
        #expect(plan.folders.map(\.components) == [[], ["d"]])
        #expect(plan.files.map(plan.components) == [["a"], ["d", "b"]])
        #expect(plan.byteCount == 12)
        #expect(plan.problems.isEmpty)
    }

    @Test func refusesWhatAHostileServerSends() {
        var plan = TransferPlan(direction: .toLocal)
        plan.add(
            [
                file("../../.ssh/authorized_keys"), file("/etc/passwd"), file("a\\b"),
                file("x\0y"), file("good"), file("good"), file("Good"),
                TransferEntry(name: "../up", kind: .folder),
                TransferEntry(name: "link", kind: .link),
            ],
            to: 0
        )
        #expect(plan.files.map(\.name) == ["good", "Good"])
        #expect(plan.folders.count == 1)
        #expect(
            plan.problems.map(\.reason) == [
                .unsafeName, .unsafeName, .unsafeName, .unsafeName, .duplicateName, .unsafeName,
                .link,
            ]
        )
    }

    @Test func refusesStreamNamesOnlyTowardsTheServer() {
        var upload = TransferPlan(direction: .toServer)
        upload.add([file("a:b")], to: 0)
        #expect(upload.problems.map(\.reason) == [.streamName])
        var download = TransferPlan(direction: .toLocal)
        download.add([file("a:b")], to: 0)
        #expect(download.files.count == 1)
    }

    @Test func namesThatDifferInCaseAreOneNameOnAServer() {
        var upload = TransferPlan(direction: .toServer)
        upload.add([file("README"), file("readme"), file("other")], to: 0)
        #expect(upload.files.map(\.name) == ["README", "other"])
        #expect(upload.problems.map(\.reason) == [.caseConflict])
    }

    @Test func stopsAtTheDeepestFolder() {
        var plan = TransferPlan(direction: .toLocal)
        var depth = 0
        while let folder = plan.nextFolder() {
            plan.add([TransferEntry(name: "d", kind: .folder)], to: folder)
            depth += 1
        }
        #expect(depth == TransferPlan.depthMax + 1)
        #expect(plan.problems.map(\.reason) == [.tooDeep])
    }
}
