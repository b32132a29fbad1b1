"""The lab's part of Spec/Performance.md: as a program, puts the text of a file into it."""

import datetime
import pathlib
import statistics
import sys

import measure
import report

BEGIN = "<!-- begin: written by Tests/Bench/lab -->"
END = "<!-- end: written by Tests/Bench/lab -->"

# Title, contestant, reference, least ratio of the rates.
TARGETS = (
    ("read 1 MiB x 8", "Penstock, RDMA", "ib_write_bw", 0.85),
    ("write 1 MiB x 8", "Penstock, RDMA", "ib_read_bw", 0.80),
    ("read 64 KiB x 16", "Penstock, RDMA", "ib_write_bw", 0.75),
    ("write 64 KiB x 16", "Penstock, RDMA", "ib_read_bw", 0.70),
    # At most 1.5 times the latency.
    ("4 KiB x 1", "Penstock, RDMA", "ib_send_lat, there and back", 1 / 1.5),
    ("connections", "256", "1", 0.9),
)


def median(samples: list) -> float | None:
    return statistics.median(sample.rate for sample in samples) if samples else None


def targets(bench) -> list[str]:
    lines = []
    for title, ours, theirs, wanted in TARGETS:
        table = bench.samples.get(title, {})
        mine, other = median(table.get(ours, [])), median(table.get(theirs, []))
        if mine is None or other is None:
            lines.append(f"| {title}: {ours} / {theirs}, at least {wanted:.2f} | not measured | - |")
        else:
            met = "yes" if mine / other >= wanted else "NO"
            lines.append(
                f"| {title}: {ours} / {theirs}, at least {wanted:.2f} | {mine / other:.2f} | {met} |")
    name = "registered KiB per idle connection"
    if name in bench.facts:
        met = "yes" if bench.facts[name] <= 160 else "NO"
        lines.append(f"| {name}, at most 160 | {bench.facts[name]:.0f} | {met} |")
    return lines


def table(title: str, samples: dict) -> str:
    small = title.startswith("4 KiB")
    unit = "per second" if small else "GiB/s"
    scale = 1 if small else measure.GIBIBYTE
    digits = 0 if small else 2
    first = next(iter(samples.values()), [])
    reference = median(first)
    lines = [
        f"| {title} | {unit} | range | beside the first | machine s/{'1000' if small else 'GiB'} |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, runs in samples.items():
        rate = median(runs)
        if rate is None:
            continue
        low, high = (pick(run.rate for run in runs) / scale for pick in (min, max))
        cost = statistics.median(
            run.machine_seconds / run.amount * (1000 if small else scale) for run in runs)
        lines.append(
            f"| {name} | {rate / scale:.{digits}f} | {low:.{digits}f}-{high:.{digits}f} |"
            f" {rate / reference:.2f}x | {cost:.2f} |")
    return "\n".join(lines)


def markdown(benches: list, arguments) -> str:
    parts = [
        f"Measured {datetime.date.today().isoformat()} on the lab machine (one processor, soft "
        f"RDMA), files in tmpfs, {arguments.mebibytes} MiB a run, medians of {arguments.rounds} "
        "interleaved rounds; perftest by the wall clock. Rates mean little here; ratios do."
    ]
    for bench in benches:
        parts.append(f"### {bench.device}")
        parts.append("\n".join(["| target | result | met |", "|---|---:|---|", *targets(bench)]))
        parts += [table(title, samples) for title, samples in bench.samples.items()]
        if bench.broken:
            parts.append("Did not run: " + "; ".join(bench.broken) + ".")
    return "\n\n".join(parts)


if __name__ == "__main__":
    document = pathlib.Path(__file__).resolve().parents[2] / "Spec" / "Performance.md"
    report.replace_between(
        document, pathlib.Path(sys.argv[1]).read_text(), BEGIN, END)
