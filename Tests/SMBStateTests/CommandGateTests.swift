import SMBMessages
import SMBState
import Testing

private func header(
    _ command: Command,
    _ flags: HeaderFlags = [],
    session: UInt64 = 1
) -> Header {
    Header(command: command, messageID: 1, flags: flags, sessionID: session)
}

@Suite struct CommandGateTests {
    @Test(
        arguments: [
            (Command.echo, [], true, true, .proceed),
            (.negotiate, [], false, true, .proceed),
            (.echo, [], false, true, .drop),
            (.echo, .response, true, true, .drop),
            (Command(rawValue: 0xFF), [], true, true, .drop),
            (Command(rawValue: 0xFF), [], true, false, .fail(.invalidParameter)),
            (.serverNotification, [], true, true, .drop),
        ] as [(Command, HeaderFlags, Bool, Bool, CommandGate.Verdict)]
    )
    func headers(
        command: Command,
        flags: HeaderFlags,
        negotiated: Bool,
        first: Bool,
        verdict: CommandGate.Verdict
    ) {
        let found = CommandGate.checkHeader(
            header(command, flags),
            isNegotiated: negotiated,
            isFirstOfMessage: first
        )
        #expect(found == verdict)
    }

    @Test(
        arguments: [
            (UInt64(1), [], true, .proceed), (2, [], true, .drop), (2, [], false, .drop),
            (2, .related, false, .proceed), (1, .related, true, .drop),
        ] as [(UInt64, HeaderFlags, Bool, CommandGate.Verdict)]
    )
    func encryptedMessagesSpeakForOneSession(
        session: UInt64,
        flags: HeaderFlags,
        first: Bool,
        verdict: CommandGate.Verdict
    ) {
        let found = CommandGate.checkTransform(
            header(.read, flags, session: session),
            transformSessionID: 1,
            isFirstOfMessage: first
        )
        #expect(found == verdict)
    }

    @Test(
        arguments: [
            (nil, .read, false, false, .fail(.userSessionDeleted)),
            (.inProgress, .read, false, false, .fail(.userSessionDeleted)),
            (.expired, .read, false, false, .fail(.networkSessionExpired)),
            (.expired, .close, false, false, .proceed),
            (.expired, .lock, false, false, .proceed),
            (.expired, .logoff, false, false, .proceed),
            (.valid, .read, false, false, .proceed),
            (.valid, .read, true, false, .fail(.accessDenied)),
            (.valid, .read, true, true, .proceed),
        ] as [(SessionState?, Command, Bool, Bool, CommandGate.Verdict)]
    )
    func sessions(
        state: SessionState?,
        command: Command,
        encrypts: Bool,
        isEncrypted: Bool,
        verdict: CommandGate.Verdict
    ) {
        let found = CommandGate.checkSession(
            state,
            command: command,
            encryptsData: encrypts,
            isEncrypted: isEncrypted
        )
        #expect(found == verdict)
    }

    @Test func trees() {
        #expect(
            CommandGate.checkTree(requiresEncryption: nil, isEncrypted: true)
                == .fail(.networkNameDeleted)
        )
        #expect(
            CommandGate.checkTree(requiresEncryption: true, isEncrypted: false)
                == .fail(.accessDenied)
        )
        #expect(CommandGate.checkTree(requiresEncryption: true, isEncrypted: true) == .proceed)
        #expect(CommandGate.checkTree(requiresEncryption: false, isEncrypted: false) == .proceed)
    }

    @Test(
        arguments: [
            // command, signed, encrypted, dialect, user, key, required
            (.read, true, false, .smb311, true, true, false, .verify),
            (.read, false, false, .smb311, true, true, false, .unneeded),
            (.read, false, false, .smb311, true, true, true, .fail(.accessDenied)),
            (.read, false, true, .smb311, true, true, true, .unneeded),
            (.read, true, false, .smb302, false, false, false, .unneeded),
            (.read, true, false, .smb302, true, false, false, .fail(.notSupported)),
            (.treeConnect, false, false, .smb311, true, true, false, .fail(.accessDenied)),
            (.treeConnect, false, false, .smb302, true, true, false, .unneeded),
            (.treeConnect, false, false, .smb311, false, false, false, .unneeded),
            (.treeConnect, true, false, .smb311, true, true, false, .verify),
        ] as [(Command, Bool, Bool, Dialect, Bool, Bool, Bool, CommandGate.Signature)]
    )
    func signatures(
        command: Command,
        signed: Bool,
        encrypted: Bool,
        dialect: Dialect,
        user: Bool,
        key: Bool,
        required: Bool,
        expected: CommandGate.Signature
    ) {
        let found = CommandGate.signature(
            of: header(command, signed ? .signed : []),
            isEncrypted: encrypted,
            session: SessionProtection(
                dialect: dialect,
                isUser: user,
                hasKey: key,
                requiresSigning: required
            )
        )
        #expect(found == expected)
    }

    @Test func needs() {
        #expect(CommandGate.need(of: header(.echo, session: 0)) == .nothing)
        #expect(CommandGate.need(of: header(.echo)) == .session)
        #expect(CommandGate.need(of: header(.treeConnect)) == .session)
        #expect(CommandGate.need(of: header(.read)) == .tree)
        #expect(CommandGate.need(of: header(.oplockBreak)) == .tree)
    }
}
