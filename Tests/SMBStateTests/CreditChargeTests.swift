import SMBState
import Testing

@Suite struct CreditChargeTests {
    @Test(arguments: [
        (0, 0, 1), (1, 0, 1), (65536, 0, 1), (65537, 0, 2), (0, 65536, 1), (0, 65537, 2),
        (100_000, 8_388_608, 128),
    ])
    func countsStartedUnits(sent: Int, expected: Int, charge: UInt16) {
        #expect(CreditCharge.required(sent: sent, expected: expected) == charge)
    }

    @Test func zeroPaysForOneUnit() {
        #expect(
            CreditCharge.isSufficient(0, sent: 65536, expected: 0, supportsMultiCredit: true)
        )
        #expect(
            !CreditCharge.isSufficient(0, sent: 65537, expected: 0, supportsMultiCredit: true)
        )
        #expect(
            !CreditCharge.isSufficient(1, sent: 0, expected: 65537, supportsMultiCredit: true)
        )
        #expect(
            CreditCharge.isSufficient(0, sent: 0, expected: 1 << 20, supportsMultiCredit: false)
        )
    }
}
