import Foundation
import Testing

@testable import penstock

@Suite struct BenchTextTests {
    /// One GiB each way in two rounds: TCP at 1 GiB/s, RDMA at two.
    static func result(_ transports: [BenchTransport], isHere: Bool = true) -> BenchResult {
        var result = BenchResult(
            location: "smb://a<b>&\"c\"@host/share",
            settings: BenchSettings(
                byteCount: 1 << 30,
                block: 1 << 20,
                depth: 8,
                jobs: 1,
                rounds: 2,
                verifies: true
            ),
            series: [],
            protection: "signed with AES-128-GMAC",
            serverIsHere: isHere
        )
        for transport in transports {
            let seconds = transport == .rdma ? 0.5 : 1
            for direction in BenchDirection.allCases {
                var series = BenchSeries(transport: transport, direction: direction)
                for _ in 0..<2 {
                    series.passes.append(
                        BenchPass(
                            byteCount: 1 << 30,
                            seconds: seconds,
                            ownSeconds: 0.25,
                            machineSeconds: isHere ? 0.75 : nil
                        )
                    )
                }
                for value in 1...100 {
                    series.latency.record(nanoseconds: UInt64(value) * 10_000)
                }
                result.series.append(series)
            }
        }
        return result
    }

    @Test func tableComparesTransports() {
        let lines = BenchTable.lines(Self.result([.tcp, .rdma]))
        let text = lines.joined(separator: "\n")
        #expect(text.contains("1 GiB in blocks of 1 MiB, 8 in flight for each of 1 file"))
        let rates = lines.filter { $0.hasPrefix("  throughput") }
        #expect(rates.count == 2)
        for rate in rates {
            #expect(
                rate.split(separator: " ").suffix(5).joined(separator: " ")
                    == "1.00 GiB/s 2.00 GiB/s 2.00x"
            )
        }
        #expect(text.contains("CPU here per GiB"))
        #expect(text.contains("0.25 s"))
        #expect(text.contains("0.75 s"))
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    }

    @Test func saysWhatIsMissing() {
        var result = Self.result([.tcp], isHere: false)
        result.missing = [(.rdma, "no RDMA device")]
        let text = BenchTable.lines(result).joined(separator: "\n")
        #expect(text.contains("rdma: not measured: no RDMA device"))
        #expect(text.contains("not available"))
        #expect(!text.contains("rdma:tcp"))
        #expect(result.ratio(.read) == nil)
    }

    @Test func jsonSaysTheSame() throws {
        let text = BenchJSON.text(Self.result([.tcp, .rdma]))
        let found = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let object = try #require(found as? [String: Any])
        let ratios = try #require(object["rdmaToTCPPerThousand"] as? [String: Int])
        #expect(ratios == ["read": 2000, "write": 2000])
        let results = try #require(object["results"] as? [[String: Any]])
        #expect(results.count == 4)
        #expect(results[0]["bytesPerSecond"] as? Int == 1 << 30)
        #expect(results[0]["operations"] as? Int == 100)
    }

    /// A page that a browser shows without the network, and that XML tools can read.
    @Test(arguments: [[BenchTransport.tcp], [.tcp, .rdma], []])
    func pageIsWellFormed(transports: [BenchTransport]) throws {
        let page = BenchReport.page(Self.result(transports))
        let parser = try #require(XMLShape(page))
        #expect(parser.count("svg") == (transports.isEmpty ? 1 : 3))
        #expect(parser.count("script") == 0)
        #expect(parser.count("rect") >= transports.count * 2)
        #expect(page.contains("a&lt;b&gt;&amp;&quot;c&quot;@host"))
        #expect(page.contains("prefers-color-scheme"))
        #expect(!page.contains("src=") && !page.contains("url("))
    }

    /// The test of the test.
    @Test func seesWhatIsNotWellFormed() {
        #expect(XMLShape("<a><b></a></b>") == nil)
        #expect(XMLShape("<a>") == nil)
        #expect(XMLShape("<a x=1/>") == nil)
        #expect(XMLShape("<a>&</a>") == nil)
    }

    @Test(arguments: [
        (830, "830 ns"), (41_240, "41.2 us"), (410_400, "410 us"), (3_210_000, "3.2 ms"),
        (321_000_000, "321 ms"), (1_500_000_000, "1.50 s"),
    ])
    func timesAreShort(nanoseconds: UInt64, text: String) {
        #expect(BenchText.time(nanoseconds: nanoseconds) == text)
    }

    @Test func numbersHaveTheirDigits() {
        #expect(BenchText.fixed(1.005, digits: 1) == "1.0")
        #expect(BenchText.fixed(0.05, digits: 2) == "0.05")
        #expect(BenchText.fixed(-2.5, digits: 1) == "-2.5")
        #expect(BenchText.fixed(99.96, digits: 1) == "100.0")
        #expect(BenchText.fixed(.infinity, digits: 1) == "-")
    }

    @Test func medianIsTheMiddle() {
        #expect(BenchSeries.median([3, 1, 2]) == 2)
        #expect(BenchSeries.median([4, 1, 2, 3]) == 2.5)
        #expect(BenchSeries.median([]) == 0)
    }
}
