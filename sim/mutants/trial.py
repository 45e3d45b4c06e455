"""The trial of a mutant: its hardware beside the original's, then the tests, the nearest first."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.mutants.candidates import Mutant
from sw.errors import BadInput
from sw.places import INSTALLED, ROOT

NEAR = (
    "tests/hw/test_block_reset.py",
    "tests/hw/test_stage.py",
    "tests/hw/test_core_reset.py",
    "tests/hw/test_core_ends.py",
)
WHOLE = (
    "tests/hw/test_core.py",
    "tests/hw/test_core_colour.py",
    "tests/hw/test_core_flat.py",
    "tests/sim/cocotb_bench/test_cocotb_bench.py",
    "tests/sim/cocotb_bench/test_controlled.py",
)
"""Tests of many blocks, and of whole cores."""

NO_TESTS = 5
"""Exit status of pytest if it found no test to run."""

PROBE_SECONDS = 300
"""The small cores take ten. A mutant may never end, for example in a loop over its sizes."""


@dataclass(frozen=True)
class Result:
    """What became of a mutant.

    Parameters
    ----------
    mutant : Mutant
    outcome : str
        ``"no hardware"``: Python raised an error, or did not end; ``"same hardware"``: see
        :mod:`sim.mutants.probe`; ``"killed"`` by a test; ``"survived"`` all tests.
    by : str
        The test that failed, or the files that hung or crashed; empty if none did.
    seconds : float
    """

    mutant: Mutant
    outcome: str
    by: str = ""
    seconds: float = 0


def stages(path: str, root: Path = ROOT) -> list[tuple[str, ...]]:
    """Test files for a mutant of ``path``: those of its block, its folder, the stage, the core."""
    folder, name = Path("tests", path).parent, Path(path).stem
    own = sorted((root / folder).glob(f"test_{name}*.py"))
    block = tuple(file.relative_to(root).as_posix() for file in own)
    room = (folder.as_posix(),) if folder.name != "hw" else ("tests/hw/test_credits.py",)
    return [files for files in (block, room, NEAR, WHOLE) if files]


class Tree:
    """A copy of the repository in which one mutant at a time is tried.

    Parameters
    ----------
    folder : Path
        Created, or brought up to date.

    Raises
    ------
    BadInput
        If this runs from an installed package, which has no tests.
    """

    def __init__(self, folder: Path) -> None:
        if INSTALLED:
            raise BadInput(
                "an installed package has no tests; run this in a clone of the repository"
            )
        self.folder = folder
        self._process: subprocess.Popen | None = None
        self.environment = {**os.environ, "PYTHONPATH": str(folder)}
        listed = subprocess.run(
            ["git", "ls-files", "-coz", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, folder / name)

    def digests(self) -> list[str]:
        """Digests of the original's hardware.

        Raises
        ------
        BadInput
            If they cannot be made.
        """
        ran = self._run([sys.executable, "-m", "sim.mutants.probe"])
        if ran.returncode:
            raise BadInput(f"the RTL cannot be elaborated: {ran.stderr.strip().splitlines()[-1]}")
        return ran.stdout.split()

    def test(
        self, files: Sequence[str], limit: float | None = None, *, everything: bool = False
    ) -> str:
        """Run test ``files``; the first test that fails, or "" if none does.

        Tests that are marked ``long`` run only with ``everything``. The files themselves are
        returned if they have not ended after ``limit`` seconds, or crash the interpreter.

        Raises
        ------
        BadInput
            If pytest ends in another way: then nothing is known of the mutant.
        """
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider"]
        if not everything:
            command += ["-m", "not long"]
        try:
            ran = self._run([*command, *files], limit)
        except subprocess.TimeoutExpired:
            return f"{' '.join(files)} (hangs)"
        finally:
            # Each mutant builds other simulations; they would fill the disk.
            shutil.rmtree(self.folder / "build", ignore_errors=True)
        all_long = ran.returncode == NO_TESTS and "deselected" in ran.stdout
        if ran.returncode == 0 or all_long:
            return ""
        if failed := re.search(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", ran.stdout, re.MULTILINE):
            return failed[1]
        if -ran.returncode in (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE):
            return f"{' '.join(files)} (crashes)"
        last = (ran.stdout + ran.stderr).strip().splitlines()[-1:]
        raise BadInput(f"pytest ended with status {ran.returncode} and no failed test: {last}")

    def trial(
        self,
        mutant: Mutant,
        known: Sequence[str],
        limit: Callable[[Sequence[str], bool], float],
        *,
        everything: bool = False,
    ) -> Result:
        """Try ``mutant``.

        Parameters
        ----------
        mutant : Mutant
        known : sequence of str
            :meth:`digests` of the original.
        limit : function
            Gives the seconds after which test files hang, without and with their long tests.
        everything : bool
            With the tests that are marked ``long``.
        """
        started = time.monotonic()

        def result(outcome: str, by: str = "") -> Result:
            return Result(mutant, outcome, by, time.monotonic() - started)

        file = self.folder / mutant.path
        original = file.read_text()
        file.write_text(mutant.source(self.folder))
        try:
            match self._probe(known):
                case "same":
                    return result("same hardware")
                case "none":
                    return result("no hardware")
            for files in stages(mutant.path, self.folder):
                seconds = limit(files, everything)
                if failed := self.test(files, seconds, everything=everything):
                    return result("killed", failed)
            return result("survived")
        finally:
            file.write_text(original)

    def _probe(self, known: Sequence[str]) -> str:
        """What hardware the mutant makes: ``"same"``, ``"other"`` or ``"none"``."""
        try:
            ran = self._run([sys.executable, "-m", "sim.mutants.probe", *known], PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            return "none"
        if ran.returncode not in (0, 1):
            raise BadInput(f"the elaboration of a mutant ended with status {ran.returncode}")
        return "none" if ran.returncode else ran.stdout.strip()

    def stop(self) -> None:
        """Kill what runs in the tree, from another thread."""
        if self._process and self._process.poll() is None:
            # Compilers and simulations are children of the test.
            os.killpg(self._process.pid, signal.SIGKILL)

    def _run(self, command: list[str], limit: float | None = None) -> subprocess.CompletedProcess:
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as self._process:  # fmt: skip
            try:
                out, err = self._process.communicate(timeout=limit)
            finally:
                self.stop()
        return subprocess.CompletedProcess(command, self._process.returncode, out, err)
