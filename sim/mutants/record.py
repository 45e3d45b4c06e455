"""What is kept of a mutation run between its interruptions, and the tables that are made of it."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sim.mutants.candidates import FOLDER, Mutant
from sim.mutants.trial import Result
from sw.output import whole_file

TRIED = "killed", "survived"
"""Outcomes of mutants that make other hardware."""


def rtl_digest(root: Path) -> str:
    """Digest of all code of the RTL, 16 hexadecimal digits."""
    total = hashlib.sha256()
    for path in sorted((root / FOLDER).rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


class Record:
    """Results of mutants of the RTL as it is, in a file that grows by a line for each.

    Parameters
    ----------
    folder : Path
        Where the file lies, and a report beside it.
    root : Path
        Root of the repository.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self.root = root
        self.file = folder / f"{rtl_digest(root)}.jsonl"
        self.report = folder / "report.md"
        self.results: dict[Mutant, Result] = {}
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        if self.file.is_file():
            for line in self.file.read_text().splitlines():
                fields = json.loads(line)
                mutant = Mutant(**fields.pop("mutant"))
                self.results[mutant] = Result(mutant, **fields)

    def add(self, result: Result) -> None:
        """Keep ``result``; it replaces an older one of the same mutant."""
        with self._lock:
            self.results[result.mutant] = result
            with self.file.open("a") as file:
                print(json.dumps(asdict(result)), file=file)

    def drawn(self, mutants: Sequence[Mutant], count: int) -> list[Result]:
        """Results of ``mutants`` in order, up to the ``count``-th that makes other hardware."""
        drawn, tried = [], 0
        for mutant in mutants:
            if tried == count:
                break
            if result := self.results.get(mutant):
                drawn.append(result)
                tried += result.outcome in TRIED
        return drawn

    def write_report(self, drawn: Sequence[Result]) -> None:
        """Write the tables of the results ``drawn``, in Markdown."""
        with whole_file(self.report) as file:
            file.write("\n".join(tables(drawn, self.root)).encode() + b"\n")


def tried(results: Sequence[Result]) -> list[Result]:
    """Those of ``results`` whose mutants make other hardware."""
    return [result for result in results if result.outcome in TRIED]


def tables(drawn: Sequence[Result], root: Path) -> list[str]:
    """Lines of Markdown: a table of mutants by file, what was passed over, a table of survivors."""
    all_count, killed = Counter(), Counter()
    results = tried(drawn)
    outcomes = Counter(result.outcome for result in drawn)
    for result in results:
        all_count[result.mutant.path] += 1
        killed[result.mutant.path] += result.outcome == "killed"
    lines = ["| file | mutants | killed |", "|---|---|---|"]
    lines += [f"| `{path}` | {all_count[path]} | {killed[path]} |" for path in sorted(all_count)]
    lines += [f"| all | {all_count.total()} | {killed.total()} |", ""]
    lines += [
        f"Passed over: {outcomes['same hardware']} that make the same hardware in the small cores, "
        f"and {outcomes['no hardware']} that raise an error.",
        "",
    ]
    lines += ["| survivor | before | after |", "|---|---|---|"]
    for result in results:
        if result.outcome == "survived":
            before, after = (line.replace("|", "\\|") for line in result.mutant.change(root))
            place = f"`{result.mutant.path}:{result.mutant.line}`"
            lines.append(f"| {place} | `{before}` | `{after}` |")
    return lines
