import Testing

@testable import SMBSecurity

/// Microsoft's published examples of key derivation (Open Specifications blog, "SMB 2 and SMB 3
/// security in Windows 10: the anatomy of signing and cryptographic keys", appendix).
@Suite struct SessionKeysTests {
    @Test func derivesAsPublishedFor30() {
        let keys = SessionKeys(authenticationKey: bytes("7CD451825D0450D235424E44BA6E78CC"))
        #expect(keys.signing == bytes("0B7E9C5CAC36C0F6EA9AB275298CEDCE"))
        #expect(keys.clientToServer == bytes("FAD27796665B313EBB578F388632B4F7"))
        #expect(keys.serverToClient == bytes("B0F0427F7CEB416D1D9DCC0CD4F99447"))
        #expect(keys.application == bytes("BB23A4575AA26C721AF525AF15A87B4F"))
    }

    @Test func derivesAsPublishedFor311() {
        func derive(_ label: String) -> [UInt8] {
            KeyDerivation.derive(
                key: bytes("270E1BA896585EEB7AF3472D3B4C75A7"),
                label: label,
                context: bytes(
                    """
                    0DD13628CC3ED218EF9DF9772D436D0887AB9814BFAE63A80AA845F36909DB79
                    28622DDDAD522D9751640A459762C5A9D6BB084CBB3CE6BDADEF5D5BCE3C6C01
                    """
                ),
                bitCount: 128
            )
        }
        #expect(derive("SMBSigningKey") == bytes("73FE7A9A77BEF0BDE49C650D8CCB5F76"))
        #expect(derive("SMBC2SCipherKey") == bytes("629BCBC54422A0F572B97F45989B6073"))
        #expect(derive("SMBS2CCipherKey") == bytes("E2AF0DCEFAC68DA71A0DFBD0D1350D74"))
        #expect(derive("SMBAppKey") == bytes("6D7AD7954E9EC61E907B4D473DC178FF"))
    }

    /// Worked out with `openssl kdf` KBKDF, an independent implementation of SP 800-108.
    @Test func derivesLongKeys() {
        let key = KeyDerivation.derive(
            key: bytes("270E1BA896585EEB7AF3472D3B4C75A7"),
            label: "SMBC2SCipherKey",
            context: (0..<64).map { UInt8($0) },
            bitCount: 256
        )
        #expect(
            key == bytes("C273F0DE35671E766EF5106B605054D70385F9237F1327662763DE8AC2444317")
        )
    }

    @Test func longCiphersHaveLongKeys() {
        let keys = SessionKeys(
            authenticationKey: [UInt8](repeating: 9, count: 16),
            preauthHash: PreauthHash(),
            cipher: .aes256GCM
        )
        #expect(keys.clientToServer.count == 32)
        #expect(keys.serverToClient.count == 32)
        #expect(keys.signing.count == 16)
    }

    /// MS-SMB2 3.3.1.8.
    @Test(arguments: [0, 8, 16, 32])
    func sessionKeysHaveSixteenBytes(count: Int) {
        let key = SessionKeys.sessionKey(from: [UInt8](repeating: 7, count: count))
        #expect(key.count == 16)
        #expect(key.filter { $0 == 7 }.count == min(count, 16))
    }
}
