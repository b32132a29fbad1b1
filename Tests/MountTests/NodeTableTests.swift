import Client
import Testing

@testable import Mount

/// What the kernel's names, the server's numbers and the lookups make of a table of nodes.
@Suite struct NodeTableTests {
    private let table = NodeTable(root: .made(1, kind: .folder))

    private func enter(_ name: String, _ number: UInt64, in parent: Node? = nil) -> Node {
        table.enter(parent ?? table.root, name, .made(number))
    }

    @Test func lookingUpTwiceCountsTwice() {
        let node = enter("a", 7)
        #expect(enter("a", 7) === node)
        #expect(node.lookupCount == 2)
        table.forget(node.identifier, 1)
        #expect(table[node.identifier] === node)
        table.forget(node.identifier, 1)
        #expect(table[node.identifier] == nil)
        #expect(table.count == 1)
    }

    @Test func aNumberIsNeverGivenTwice() {
        let first = enter("a", 7)
        table.forget(first.identifier, 1)
        let second = enter("a", 7)
        #expect(second.identifier != first.identifier)
    }

    @Test func theRootStays() {
        table.forget(NodeTable.rootIdentifier, 100)
        #expect(table[NodeTable.rootIdentifier] === table.root)
        #expect(table.root.path == .root)
    }

    @Test func hardLinksAreOneNode() throws {
        let node = enter("a", 7)
        #expect(enter("b", 7) === node)
        #expect(node.path?.description == "b")
        table.removeName(table.root, "b")
        #expect(node.path?.description == "a")
        table.removeName(table.root, "a")
        #expect(node.path == nil)
        #expect(table[node.identifier] === node)
    }

    @Test func aReplacedFileLosesItsName() {
        let old = enter("a", 7)
        let new = enter("a", 8)
        #expect(old !== new)
        #expect(old.path == nil)
        #expect(new.path?.description == "a")
    }

    @Test func aNumberThatIsUsedAgainIsAnotherFile() {
        let old = enter("a", 7)
        let new = table.enter(table.root, "b", .made(7, created: 99))
        #expect(old !== new)
        #expect(old.path?.description == "a")
    }

    @Test func filesWithoutNumbersGoByTheirNames() {
        let node = enter("a", 0)
        #expect(enter("a", 0) === node)
        #expect(enter("b", 0) !== node)
    }

    @Test func renamingTakesWhatIsBelowAlong() {
        let folder = table.enter(table.root, "one", .made(5, kind: .folder))
        let file = enter("file", 6, in: folder)
        table.rename(table.root, "one", to: table.root, "two")
        #expect(file.path?.description == "two/file")
        #expect(table.node(at: table.root, "one") == nil)
        #expect(table.node(at: table.root, "two") === folder)
    }

    @Test func renamingReplaces() {
        let (old, target) = (enter("a", 7), enter("b", 8))
        table.rename(table.root, "a", to: table.root, "b")
        #expect(old.path?.description == "b")
        #expect(target.path == nil)
        #expect(table.node(at: table.root, "a") == nil)
    }

    @Test func renamingOneNameOfAFileToItsOtherKeepsBoth() {
        let node = enter("a", 7)
        _ = enter("b", 7)
        table.rename(table.root, "a", to: table.root, "b")
        #expect(table.node(at: table.root, "a") === node)
        #expect(table.node(at: table.root, "b") === node)
    }

    @Test func renamingWhatTheKernelDoesNotKnowEndsTheTarget() {
        let target = enter("b", 8)
        table.rename(table.root, "a", to: table.root, "b")
        #expect(target.path == nil)
    }

    @Test func forgettingMoreThanWasLookedUpDoesNoHarm() {
        let node = enter("a", 7)
        table.forget(node.identifier, .max)
        table.forget(node.identifier, 1)
        #expect(table.count == 1)
    }

    @Test func handlesHaveNumbersThatAreUsedAgain() {
        var handles = HandleTable<String>()
        let (one, two) = (handles.add("one"), handles.add("two"))
        #expect(handles[one] == "one" && handles[two] == "two")
        #expect(handles.remove(one) == "one")
        #expect(handles[one] == nil)
        #expect(handles.remove(one) == nil)
        #expect(handles.add("three") == one)
        #expect(handles[.max] == nil)
    }
}

extension FileFacts {
    /// A file of a server with this number.
    static func made(_ number: UInt64, kind: Kind = .file, created: UInt64 = 1) -> FileFacts {
        FileFacts(
            name: "",
            kind: kind,
            byteCount: 0,
            created: Timestamp(rawValue: created),
            fileID: number
        )
    }
}
