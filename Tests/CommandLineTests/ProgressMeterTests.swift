import Testing

@testable import penstock

@Suite struct ProgressMeterTests {
    private let mebibyte: UInt64 = 1 << 20

    @Test func tellsRateAndTimeLeft() {
        var meter = ProgressMeter(total: 100 * mebibyte)
        meter.record(bytes: 0, at: 0)
        meter.record(bytes: 20 * mebibyte, at: 2)
        #expect(meter.rate == Double(10 * mebibyte))
        #expect(meter.secondsLeft == 8)
        #expect(
            meter.line(label: "model.bin", width: 80)
                == " 20%  20 MiB of 100 MiB  10 MiB/s  0:08 left  model.bin"
        )
    }

    @Test func followsTheLastSeconds() {
        var meter = ProgressMeter(total: 1000)
        meter.record(bytes: 0, at: 0)
        for second in 1...20 { meter.record(bytes: 100 + UInt64(second), at: Double(second)) }
        #expect(meter.rate.map { abs($0 - 1) < 0.01 } == true)
    }

    @Test func saysNothingItDoesNotKnow() {
        var meter = ProgressMeter(total: 10)
        #expect(meter.rate == nil)
        meter.record(bytes: 5, at: 1)
        #expect(meter.rate == nil)
        #expect(meter.line(label: "x", width: 80).contains("left") == false)
    }

    @Test(arguments: [20, 40, 60])
    func fitsTheTerminal(width: Int) {
        var meter = ProgressMeter(total: 1000)
        meter.record(bytes: 10, at: 0)
        meter.record(bytes: 500, at: 1)
        let label = "a/very/long/path/that/does/not/fit/model.safetensors"
        #expect(meter.line(label: label, width: width).count < width)
    }

    @Test func writesDurations() {
        #expect(ProgressMeter.duration(0.2) == "0:01")
        #expect(ProgressMeter.duration(65) == "1:05")
        #expect(ProgressMeter.duration(7205) == "2:00:05")
        #expect(ProgressMeter.duration(.infinity) == "very long")
    }
}

@Suite struct ByteSizeTests {
    @Test(arguments: [("4096", 4096), ("1M", 1 << 20), ("256KiB", 1 << 18), ("2g", 1 << 31)])
    func reads(text: String, bytes: Int) { #expect(ByteSize(argument: text)?.bytes == bytes) }

    @Test(arguments: ["", "0", "-1", "1T", "M", "1.5M", "99999999999G", "1 M"])
    func refuses(text: String) { #expect(ByteSize(argument: text) == nil) }

    @Test func writesThreeDigits() {
        #expect(ByteSize.ByteText.short(0) == "0 B")
        #expect(ByteSize.ByteText.short(1023) == "1023 B")
        #expect(ByteSize.ByteText.short(1536) == "1.5 KiB")
        #expect(ByteSize.ByteText.short(90_868_376) == "86.7 MiB")
        #expect(ByteSize.ByteText.short(.max) == "16 EiB")
    }
}

@Suite struct JSONTextTests {
    @Test func escapesWhatItMust() {
        let value = JSONText.object([
            ("a\"b\\", .string("\n\u{1}ü")), ("n", .number(.max)), ("l", .array([.null])),
            ("t", .boolean(true)),
        ])
        #expect(
            value.text
                == "{\"a\\\"b\\\\\":\"\\n\\u0001ü\",\"n\":18446744073709551615,\"l\":[null],"
                + "\"t\":true}"
        )
    }
}
