import SMBMessages
import SMBState
import Testing
import Wire

@Suite struct DurableIntentTests {
    private static let fileID = FileID(persistent: 3, volatile: 4)
    private static let v1 = DurableHandle.request
    private static let reconnect = DurableReconnectRequest(fileID: fileID).context
    private static let requestV2 = DurableV2Request(
        timeoutMilliseconds: 1000,
        flags: [],
        createGUID: GUID(rawValue: 7)
    )
    private static let reconnectV2 = DurableV2ReconnectRequest(
        fileID: fileID,
        createGUID: GUID(rawValue: 7)
    )

    @Test func readsOneContext() throws {
        #expect(try DurableIntent([], dialect: .smb311) == .none)
        #expect(try DurableIntent([Self.v1], dialect: .smb210) == .request)
        let both = try DurableIntent([Self.v1, Self.reconnect], dialect: .smb311)
        #expect(both == .reconnect(Self.fileID))
        let second = try DurableIntent([Self.requestV2.context], dialect: .smb300)
        #expect(second == .requestV2(Self.requestV2))
        let back = try DurableIntent([Self.reconnectV2.context], dialect: .smb311)
        #expect(back == .reconnectV2(Self.reconnectV2))
        #expect(back.isReconnect && both.isReconnect && !second.isReconnect)
    }

    @Test func olderDialectsKnowNoSecondVersion() throws {
        #expect(try DurableIntent([Self.requestV2.context], dialect: .smb210) == .none)
        let contexts = [Self.v1, Self.requestV2.context]
        #expect(try DurableIntent(contexts, dialect: .smb210) == .request)
    }

    @Test(arguments: [
        [v1, requestV2.context], [v1, reconnectV2.context], [reconnect, requestV2.context],
        [reconnect, reconnectV2.context], [requestV2.context, reconnectV2.context],
    ])
    func refusesMixtures(contexts: [CreateContext]) {
        #expect(throws: NTStatus.invalidParameter) {
            try DurableIntent(contexts, dialect: .smb311)
        }
    }

    @Test(arguments: [v1, reconnect, requestV2.context, reconnectV2.context], [-1, 1])
    func refusesOtherSizes(context: CreateContext, change: Int) {
        var changed = context
        if change < 0 { changed.data.removeLast() } else { changed.data.append(0) }
        #expect(throws: NTStatus.invalidParameter) {
            try DurableIntent([changed], dialect: .smb311)
        }
    }
}
