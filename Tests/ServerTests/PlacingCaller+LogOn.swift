import SMBMessages
import SMBSecurity
import Testing
import Wire

@testable import Simulation

extension PlacingCaller {
    func logOn() throws {
        var hash = PreauthHash()
        let negotiate = message(.negotiate) { negotiateRequest.encode(to: &$0) }
        hash.update(negotiate)
        let answer = try #require(exchange([negotiate], plain: true).first)
        hash.update(answer.bytes)
        negotiated = try answer.read { reader throws(WireError) in
            try NegotiateResponse(from: &reader)
        }
        var client = ClientAuthenticator(
            credentials: LogonCredentials(
                user: PlacingServer.user,
                password: PlacingServer.password
            ),
            targetName: "penstock",
            clientChallenge: 1,
            exportedSessionKey: [UInt8](repeating: 5, count: 16),
            time: .zero
        )
        var token = try client.start(with: [])
        for round in 0..<2 {
            let setup = message(.sessionSetup) { writer in
                SessionSetupRequest(
                    securityMode: manner.requiresSigning ? .signingRequired : .signingEnabled,
                    securityBuffer: token
                ).encode(to: &writer)
            }
            hash.update(setup)
            let reply = try #require(exchange([setup], plain: true).first)
            sessionID = Self.integer(reply.bytes, at: 40)
            guard round == 0 else { break }
            hash.update(reply.bytes)
            let response = try reply.read { reader throws(WireError) in
                try SessionSetupResponse(from: &reader)
            }
            token = try client.respond(to: response.securityBuffer)
        }
        try protect(key: try #require(client.sessionKey), hash)
        try connectTree()
    }

    private var negotiateRequest: NegotiateRequest {
        var contexts: [NegotiateContext] = [
            .preauthIntegrity(hashes: [.sha512], salt: [UInt8](repeating: 1, count: 32)),
            .encryption([.aes128GCM]), .signing(manner.signings),
        ]
        if !manner.transforms.isEmpty { contexts.append(.rdmaTransform(manner.transforms)) }
        return NegotiateRequest(
            dialects: [manner.dialect],
            securityMode: manner.requiresSigning ? .signingRequired : .signingEnabled,
            capabilities: [.largeMTU, .encryption],
            clientGUID: GUID(rawValue: 7),
            contexts: manner.dialect == .smb311 ? contexts : []
        )
    }

    private func protect(key: [UInt8], _ hash: PreauthHash) throws {
        let is311 = manner.dialect == .smb311
        let keys =
            is311
            ? SessionKeys(authenticationKey: key, preauthHash: hash, cipher: .aes128GCM)
            : SessionKeys(authenticationKey: key)
        let algorithm: SigningAlgorithm =
            !is311 || manner.signings.first != .aesGMAC ? .aes128CMAC : .aes128GMAC
        signing = try SigningContext(algorithm: algorithm, key: keys.signing)
        cipher = try CipherContext(
            algorithm: is311 ? .aes128GCM : .aes128CCM,
            sealingKey: keys.clientToServer,
            openingKey: keys.serverToClient
        )
    }

    private func connectTree() throws {
        var connect = message(.treeConnect) { writer in
            TreeConnectRequest(path: "\\\\penstock\\\(manner.share)").encode(to: &writer)
        }
        if !manner.seals { signing?.sign(&connect) }
        let reply = try #require(exchange([connect], plain: !manner.seals).first)
        try #require(reply.status == .success)
        treeID = Self.integer(reply.bytes, at: 36)
    }
}
