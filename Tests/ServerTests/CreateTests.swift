import SMBMessages
import Testing
import Wire

extension ServerTests {
    /// CREATE and CLOSE, MS-SMB2 3.3.5.9, 3.3.5.10 and MS-FSA 2.1.5.1.
    @Suite struct CreateTests {
        private func close(_ caller: inout Caller, _ number: UInt8) {
            _ = caller.call(.close) { writer in
                CloseRequest(fileID: Caller.file(number)).encode(to: &writer)
            }
        }

        private func create(
            _ caller: inout Caller,
            _ request: CreateRequest
        ) throws -> Caller.Answer {
            let answers = caller.call(.create) { request.encode(to: &$0) }
            return try #require(answers.first)
        }

        @Test(arguments: [
            (CreateDisposition.supersede, NTStatus.success, NTStatus.success),
            (.open, .success, .objectNameNotFound),
            (.create, .objectNameCollision, .success),
            (.openIf, .success, .success),
            (.overwrite, .success, .objectNameNotFound),
            (.overwriteIf, .success, .success),
            (CreateDisposition(rawValue: 6), .invalidParameter, .invalidParameter),
        ])
        func everyDispositionFindsOrMakesTheFile(
            disposition: CreateDisposition,
            present: NTStatus,
            absent: NTStatus
        ) {
            var caller = Caller()
            caller.open("there", disposition: .create)
            #expect(caller.open("there", disposition: disposition) == present)
            #expect(caller.open("missing", disposition: disposition) == absent)
            caller.leave()
        }

        @Test func kindsAreToldApart() {
            var caller = Caller()
            caller.open("folder", options: .directoryFile, disposition: .create)
            caller.open("file", disposition: .create)
            #expect(caller.open("folder", options: .nonDirectoryFile) == .fileIsADirectory)
            #expect(caller.open("file", options: .directoryFile) == .notADirectory)
            #expect(
                caller.open("x", options: [.directoryFile, .nonDirectoryFile]) == .invalidParameter
            )
            #expect(caller.open("folder::$DATA", options: .directoryFile) == .notADirectory)
            #expect(caller.open("no\\such", disposition: .open) == .objectPathNotFound)
            caller.leave()
        }

        @Test func accessIsChecked() {
            var caller = Caller()
            #expect(caller.open("a", access: []) == .accessDenied)
            #expect(caller.open("a", access: AccessMask(rawValue: 0x0400_0000)) == .accessDenied)
            #expect(caller.open("a", access: .accessSystemSecurity) == .privilegeNotHeld)
            #expect(caller.open("a", access: .genericRead) == .success)
            caller.leave()
        }

        @Test func deletionOnCloseNeedsTheRightAndTakesTheFile() {
            var caller = Caller()
            #expect(
                caller.open("gone", access: .readData, options: .deleteOnClose) == .accessDenied
            )
            #expect(
                caller.open("gone", access: [.readData, .delete], options: .deleteOnClose)
                    == .success
            )
            close(&caller, 0)
            #expect(caller.open("gone", disposition: .open) == .objectNameNotFound)
            caller.leave()
        }

        @Test func readOnlyFilesStay() throws {
            var caller = Caller()
            let request = CreateRequest(
                name: "kept",
                desiredAccess: .fileAll,
                shareAccess: .all,
                disposition: .create,
                attributes: .readOnly
            )
            #expect(try create(&caller, request).status == .success)
            close(&caller, 0)
            #expect(caller.open("kept", access: .writeData, disposition: .open) == .accessDenied)
            #expect(caller.open("kept", disposition: .overwriteIf) == .accessDenied)
            #expect(
                caller.open(
                    "kept",
                    access: .delete,
                    options: .deleteOnClose,
                    disposition: .open
                ) == .cannotDelete
            )
            #expect(caller.open("kept", access: .delete, disposition: .open) == .success)
            caller.leave()
        }

        @Test func whoDoesNotShareKeepsOthersOut() throws {
            var caller = Caller()
            let request = CreateRequest(
                name: "mine",
                desiredAccess: .fileAll,
                shareAccess: .read,
                disposition: .create
            )
            #expect(try create(&caller, request).status == .success)
            #expect(caller.open("mine", access: .writeData) == .sharingViolation)
            // The first open may write, which the second would have to share.
            var second = request
            second.disposition = .open
            second.desiredAccess = .readData
            #expect(try create(&caller, second).status == .sharingViolation)
            #expect(caller.open("mine", access: .readAttributes) == .success)
            caller.leave()
        }

        @Test func anOpenStreamKeepsItsFile() throws {
            var caller = Caller()
            let request = CreateRequest(
                name: "file:stream",
                desiredAccess: .fileAll,
                shareAccess: [.read, .write],
                disposition: .create
            )
            #expect(try create(&caller, request).status == .success)
            #expect(caller.open("file", access: .delete) == .sharingViolation)
            #expect(caller.open("file", access: .readData) == .success)
            close(&caller, 0)
            #expect(caller.open("file", access: .delete) == .success)
            caller.leave()
        }

        @Test func aFileThatGoesIsNotOpenedAgain() {
            var caller = Caller()
            caller.open("file")
            caller.open("file:stream")
            #expect(caller.set(DispositionInformation(deletePending: true)) == .success)
            #expect(caller.open("file") == .deletePending)
            #expect(caller.open("file:stream") == .deletePending)
            close(&caller, 0)
            #expect(caller.open("file", disposition: .open) == .deletePending)
            close(&caller, 1)
            #expect(caller.open("file", disposition: .open) == .objectNameNotFound)
            caller.leave()
        }

        @Test func contextsAreAnswered() throws {
            var caller = Caller()
            let request = CreateRequest(
                name: "file",
                desiredAccess: .readData,
                shareAccess: .all,
                disposition: .create,
                contexts: [MaximalAccessRequest().context, CreateContext(name: .onDiskID)]
            )
            let response = try create(&caller, request).read { reader throws(WireError) in
                try CreateResponse(from: &reader)
            }
            #expect(response.action == .created)
            let maximal = try #require(response.contexts.data(of: .maximalAccess))
            #expect(try MaximalAccessResponse(data: maximal).access == .fileAll)
            let onDisk = try #require(response.contexts.data(of: .onDiskID))
            #expect(try OnDiskIDResponse(data: onDisk).fileID != 0)
            caller.leave()
        }

        @Test func contextsThatCannotBeMetAreRefused() throws {
            var caller = Caller()
            var request = CreateRequest(
                name: "file",
                desiredAccess: .readData,
                shareAccess: .all,
                disposition: .openIf
            )
            request.contexts = [TimeWarpRequest(timestamp: FileTime(rawValue: 10_000)).context]
            #expect(try create(&caller, request).status == .objectNameNotFound)
            request.contexts = [CreateContext(name: CreateContext.Name("abc"))]
            #expect(try create(&caller, request).status == .invalidParameter)
            request.contexts = [CreateContext(name: CreateContext.Name("FooO"))]
            #expect(try create(&caller, request).status == .success)
            caller.leave()
        }

        @Test func anAccessListThatIsSetCounts() throws {
            var caller = Caller()
            let list = AccessControlList(entries: [
                AccessControlEntry(.allowed, mask: .fileRead, sid: .everyone)
            ])
            let descriptor = SecurityDescriptor(
                control: [.selfRelative, .discretionaryACLPresent],
                discretionaryACL: list
            )
            let request = CreateRequest(
                name: "guarded",
                desiredAccess: .fileAll,
                shareAccess: .all,
                disposition: .create,
                contexts: [CreateContext(name: .securityDescriptor, data: descriptor.encoded())]
            )
            #expect(try create(&caller, request).status == .success)
            close(&caller, 0)
            #expect(caller.open("guarded", access: .readData) == .success)
            #expect(caller.open("guarded", access: .writeData) == .accessDenied)
            #expect(caller.open("guarded", disposition: .overwriteIf) == .accessDenied)
            // Its owner can always mend the list.
            #expect(caller.open("guarded", access: .writeDAC) == .success)
            caller.leave()
        }

        @Test func closeTellsWhatTheFileWasLike() throws {
            var caller = Caller()
            caller.open("file")
            let answers = caller.call(.close) { writer in
                CloseRequest(fileID: Caller.file, flags: .postQueryAttributes)
                    .encode(to: &writer)
            }
            let answer = try #require(answers.first)
            let response = try answer.read { reader throws(WireError) in
                try CloseResponse(from: &reader)
            }
            #expect(response.flags == .postQueryAttributes)
            #expect(response.attributes.contains(.archive))
            let again = caller.call(.close) { writer in
                CloseRequest(fileID: Caller.file).encode(to: &writer)
            }
            #expect(again.map(\.status) == [.fileClosed])
            caller.leave()
        }
    }
}
