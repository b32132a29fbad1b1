/// A result as one page for a browser: no script, nothing from elsewhere, light or dark as the
/// reader has it. Well-formed XML.
enum BenchReport {
    static func page(_ result: BenchResult) -> String {
        let lines = BenchTable.lines(result)
        var body = "<h1>penstock bench</h1>\n"
        body += "<p>\(escaped(lines[0]))<br/>\(escaped(lines[1]))</p>\n"
        body += "<h2>Throughput</h2>\n\(BenchPlot.throughput(result))\n"
        for direction in BenchDirection.allCases {
            body += "<h2>Time of one block, \(direction.rawValue)</h2>\n"
            body += "\(BenchPlot.latency(result, direction))\n"
        }
        body += BenchDirection.allCases.map { table(result, $0) }.joined()
        body += BenchTable.notes(result).map { "<p>\(escaped($0))</p>\n" }.joined()
        return """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width"/>
            <title>penstock bench</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            \(body)</body>
            </html>

            """
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c2024; --paper: #fcfcfa; --faint: #d5d8dc;
          --tcp: #b4691f; --rdma: #1f6fb4; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e8ea; --paper: #15181b; --faint: #3a4046; --tcp: #e09a4f;
            --rdma: #5fa8e6; } }
        body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
          max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 12px; }
        .tcp { fill: var(--tcp); } .rdma { fill: var(--rdma); }
        path.tcp { stroke: var(--tcp); fill-opacity: 0.25; stroke-width: 1.5; }
        path.rdma { stroke: var(--rdma); fill-opacity: 0.25; stroke-width: 1.5; }
        .grid { stroke: var(--faint); stroke-width: 1; }
        table { border-collapse: collapse; margin-top: 1rem; }
        td, th { padding: 0.2rem 1rem 0.2rem 0; text-align: right;
          font-variant-numeric: tabular-nums; }
        td:first-child, th:first-child { text-align: left; }
        tr { border-bottom: 1px solid var(--faint); }
        """

    private static func table(_ result: BenchResult, _ direction: BenchDirection) -> String {
        let columns = result.transports.compactMap { result.series($0, direction) }
        let ratio = result.ratio(direction)
        var text = "<table>\n<tr><th>\(direction.rawValue)</th>"
        text += columns.map { "<th>\($0.transport.rawValue)</th>" }.joined()
        text += ratio == nil ? "" : "<th>rdma:tcp</th>"
        text += "</tr>\n"
        for (index, row) in BenchTable.rows.enumerated() {
            text += "<tr><td>\(escaped(row.name))</td>"
            text += columns.map { "<td>\(escaped(row.value($0)))</td>" }.joined()
            if let ratio { text += "<td>\(index == 0 ? BenchText.ratio(ratio) : "")</td>" }
            text += "</tr>\n"
        }
        return text + "</table>\n"
    }

    /// Text between tags or in an attribute; what XML does not allow at all is left out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value & 0xFFFE != 0xFFFE
                if isAllowed { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
