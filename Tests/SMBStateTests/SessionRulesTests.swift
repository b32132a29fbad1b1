import SMBMessages
import SMBState
import Testing

private func ends(
    _ dialect: Dialect,
    _ signing: SigningAlgorithmID = .aesCMAC,
    _ cipher: CipherID = .aes128GCM
) -> SessionRules.Ends {
    .init(dialect: dialect, cipher: cipher, signing: signing)
}

private func bound(
    _ origin: SessionRules.Ends,
    state: SessionState = .valid,
    isUser: Bool = true,
    isOnConnection: Bool = false
) -> SessionRules.Bound {
    .init(origin: origin, state: state, isUser: isUser, isOnConnection: isOnConnection)
}

@Suite struct SessionRulesTests {
    /// smbtorture smb2.session.bind_negative_*.
    @Test(
        arguments: [
            (ends(.smb210, .hmacSHA256), ends(.smb210, .hmacSHA256), .requestNotAccepted),
            (ends(.smb210, .hmacSHA256), ends(.smb311), .invalidParameter),
            (ends(.smb311), ends(.smb210, .hmacSHA256), .requestNotAccepted),
            (ends(.smb302), ends(.smb311), .invalidParameter),
            (ends(.smb311), ends(.smb311, .aesCMAC, .aes128CCM), .invalidParameter),
            (ends(.smb311, .aesCMAC), ends(.smb311, .hmacSHA256), nil),
            (ends(.smb311, .hmacSHA256), ends(.smb311, .aesCMAC), nil),
            (ends(.smb311, .hmacSHA256), ends(.smb311, .aesGMAC), .notSupported),
            (ends(.smb311, .aesGMAC), ends(.smb311, .aesCMAC), .requestOutOfSequence),
            (ends(.smb311, .aesGMAC), ends(.smb311, .aesCMAC, .aes128CCM), .requestOutOfSequence),
            (ends(.smb300), ends(.smb311, .aesGMAC), .notSupported),
            (ends(.smb311, .aesGMAC), ends(.smb300), .requestOutOfSequence),
            (ends(.smb210, .hmacSHA256), ends(.smb311, .aesGMAC), .notSupported),
            (ends(.smb311, .aesGMAC), ends(.smb210, .hmacSHA256), .requestOutOfSequence),
        ] as [(SessionRules.Ends, SessionRules.Ends, NTStatus?)]
    )
    func bindingNeedsEqualEnds(
        origin: SessionRules.Ends,
        connection: SessionRules.Ends,
        status: NTStatus?
    ) {
        let found = SessionRules.refusesBinding(
            of: bound(origin),
            to: connection,
            isSigned: true
        )
        #expect(found == status)
    }

    @Test(
        arguments: [
            (nil, true, .userSessionDeleted),
            (bound(ends(.smb311)), false, .invalidParameter),
            (bound(ends(.smb311), state: .inProgress), true, .requestNotAccepted),
            (bound(ends(.smb311), state: .expired), true, .networkSessionExpired),
            (bound(ends(.smb311), isUser: false), true, .notSupported),
            (bound(ends(.smb311), isOnConnection: true), true, .requestNotAccepted),
            (bound(ends(.smb311)), true, nil),
        ] as [(SessionRules.Bound?, Bool, NTStatus?)]
    )
    func bindingNeedsAValidSession(
        session: SessionRules.Bound?,
        isSigned: Bool,
        status: NTStatus?
    ) {
        let found = SessionRules.refusesBinding(
            of: session,
            to: ends(.smb311),
            isSigned: isSigned
        )
        #expect(found == status)
    }

    @Test func bindingBeforeSMB3IsUnknown() {
        let found = SessionRules.refusesBinding(of: nil, to: ends(.smb210), isSigned: true)
        #expect(found == .requestNotAccepted)
    }

    @Test func guestsAreRefusedWhereProtectionIsDemanded() {
        for (signing, encryption) in [(true, false), (false, true), (true, true)] {
            let found = SessionRules.protection(
                isUser: false,
                canEncrypt: true,
                clientRequiresSigning: false,
                serverRequiresSigning: signing,
                serverRequiresEncryption: encryption
            )
            #expect(found == nil)
        }
        let open = SessionRules.protection(
            isUser: false,
            canEncrypt: true,
            clientRequiresSigning: true,
            serverRequiresSigning: false,
            serverRequiresEncryption: false
        )
        #expect(open == .init(requiresSigning: false, encryptsData: false, signsResponse: false))
    }

    @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
    func usersSignWhereEitherEndDemandsIt(client: Bool, server: Bool) {
        let found = SessionRules.protection(
            isUser: true,
            canEncrypt: false,
            clientRequiresSigning: client,
            serverRequiresSigning: server,
            serverRequiresEncryption: false
        )
        #expect(
            found
                == .init(
                    requiresSigning: client || server,
                    encryptsData: false,
                    signsResponse: true
                )
        )
    }

    @Test(arguments: [true, false])
    func encryptionNeedsACipher(canEncrypt: Bool) {
        let found = SessionRules.protection(
            isUser: true,
            canEncrypt: canEncrypt,
            clientRequiresSigning: true,
            serverRequiresSigning: true,
            serverRequiresEncryption: true
        )
        let sealed = SessionRules.Protection(
            requiresSigning: false,
            encryptsData: true,
            signsResponse: true
        )
        #expect(found == (canEncrypt ? sealed : nil))
    }

    @Test(
        arguments: [
            (.read, false, false, false, false), (.read, true, false, false, true),
            (.read, false, true, false, true), (.read, false, false, true, true),
            (.sessionSetup, false, true, true, false), (.sessionSetup, true, false, false, true),
            (.treeConnect, false, false, true, false), (.treeConnect, false, true, false, true),
        ] as [(Command, Bool, Bool, Bool, Bool)]
    )
    func responsesAreSealed(
        command: Command,
        request: Bool,
        session: Bool,
        share: Bool,
        sealed: Bool
    ) {
        let found = SessionRules.encryptsResponse(
            to: command,
            requestWasEncrypted: request,
            sessionEncrypts: session,
            shareEncrypts: share
        )
        #expect(found == sealed)
    }
}
