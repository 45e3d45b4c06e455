"""The whole core under Verilator: built once, kept in a cache, driven by C++."""

import contextlib
import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hw.core import Core
from hw.core_params import CoreParams
from hw.emit import write_verilog
from sim.bench.build import CACHE, build_library, build_once, design_digest
from sim.bench.packing import pack, unpack
from sim.bench.traffic import Traffic

HARNESS = Path(__file__).with_name("harness.cpp")

TOP = "srlut"
"""Name of the top module; the harness includes its header."""

CHUNK = 100_000
"""Clocks between two calls of ``progress``."""

RESET_LENGTHS = 5
"""Resets in mid-run are 1 to so many clocks long."""

PATIENCE = 20_000
"""A run ends after so many clocks without a beat at either end."""


@dataclass(frozen=True)
class Beats:
    """Input of the core: AXI4-Stream video beats, and the size inputs during each beat.

    Parameters
    ----------
    data : ndarray of samples, shape (beats, pixels per input beat · channels)
        The leftmost pixel first.
    flags : ndarray of uint8, shape (beats,)
        TUSER, plus 2 for TLAST.
    width, height : ndarray of uint16, shape (beats,)
    """

    data: np.ndarray
    flags: np.ndarray
    width: np.ndarray
    height: np.ndarray


@dataclass(frozen=True)
class Result:
    """Output of the core.

    Parameters
    ----------
    data : ndarray of samples, shape (beats, pixels per beat, channels)
    flags : ndarray of uint8, shape (beats,)
        TUSER, plus 2 for TLAST.
    keep : ndarray of bool, shape (beats, bits of TKEEP)
        TKEEP, that of the lowest byte first; no bits if the core has none.
    clock : ndarray of uint64, shape (beats,)
        Clock in which each beat was taken, counted from the first input beat.
    clocks : int
        Clocks simulated, up to the last beat.
    errors : tuple of int
        Clocks in which each bit of the error output was set.
    violations : int
        Beats that were withdrawn or changed while they were stalled, also before a reset: must be
        0.
    """

    data: np.ndarray
    flags: np.ndarray
    keep: np.ndarray
    clock: np.ndarray
    clocks: int
    errors: tuple[int, ...]
    violations: int


class _Run(ctypes.Structure):
    """``struct Run`` of the harness."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("in_data", "in_flags", "in_width", "in_height")),
        ("in_count", ctypes.c_uint64),
        *((name, ctypes.c_void_p) for name in ("out_data", "out_flags", "out_keep", "out_clock")),
        ("out_capacity", ctypes.c_uint64),
        ("idle", ctypes.c_uint32),
        ("stall", ctypes.c_uint32),
        *(
            (name, ctypes.c_uint64)
            for name in ("clock", "in_taken", "out_taken", "first_in_clock", "quiet")
        ),
        ("errors", ctypes.c_uint64 * 5),
        ("violations", ctypes.c_uint64),
    )


def write_core(params: CoreParams, folder: Path) -> Path:
    """Write the core as Verilog, as ``python -m hw verilog`` does."""
    return write_verilog(Core(params), folder, TOP)[0]


class Simulation:
    """A core, built and ready to run.

    The first build of a core takes seconds to minutes; after that it comes from the cache.

    Parameters
    ----------
    params : CoreParams
    trace : str
        Format of the waves that ``run`` can write: ``".vcd"``, ``".fst"``, or empty for none.
    optimise : bool
        Compile for speed: runs several times as fast, takes several times as long to build.
    coverage : bool
        Count lines and toggles that are reached.
    write : callable
        Writes Verilog into a folder and returns its file, named like the top module.
    cache : Path, optional
        Folder for builds, instead of build/sim.

    Raises
    ------
    BadInput
        If a tool is missing, or the build fails.
    """

    def __init__(
        self,
        params: CoreParams,
        *,
        trace: str = "",
        optimise: bool = True,
        coverage: bool = False,
        write: Callable[[CoreParams, Path], Path] = write_core,
        cache: Path | None = None,
    ) -> None:
        self.params, self.trace, self.optimise, self.coverage = params, trace, optimise, coverage
        self.write = write
        self.folder = (cache or CACHE) / self._digest()
        build_once(self.folder, self._build)

    def _digest(self) -> str:
        """Digest of all inputs of the build; names its folder in the cache."""
        params = self.params
        choices = (
            *(params.colour, params.lanes, params.max_width, params.max_height),
            *(params.pixels_per_beat, params.frame_timeout, params.sample_bits),
            *(params.input_pixels_per_beat, params.tkeep),
            *(self.trace, self.optimise, self.coverage),
            self.write.__name__,
        )
        boards = () if self.write is write_core else ("boards",)
        return design_digest(choices, params.upsampler, (*boards, "hw", "sw", "sim"))

    def _build(self, work: Path) -> None:
        verilog = self.write(self.params, work)
        defines = [
            f"-DIN_BYTES={self.params.input_bits // 8}",
            f"-DOUT_BYTES={self.params.output_bits // 8}",
        ]
        if self.params.tkeep:
            defines.append("-DTKEEP")
        if self.trace:
            defines.append(f"-DTRACE_{self.trace[1:].upper()}")
        if self.coverage:
            defines.append("-DCOVERAGE")
        flags = [
            *([f"--trace-{self.trace[1:]}"] if self.trace else []),
            *(["--coverage-line", "--coverage-toggle"] if self.coverage else []),
        ]
        fst = self.trace == ".fst"
        hint = "; .fst needs: apt-get install liblz4-dev zlib1g-dev" if fst else ""
        build_library(verilog, HARNESS, flags, defines, optimise=self.optimise, hint=hint)

    def run(
        self,
        beats: Beats,
        capacity: int,
        traffic: Traffic,
        progress: Callable[[int], None] = lambda taken: None,
        waves: Path | None = None,
        coverage: Path | None = None,
        reset_after: int = 0,
    ) -> Result:
        """Send ``beats`` through the core, and take its output until it stays quiet.

        Parameters
        ----------
        beats : Beats
        capacity : int
            Most output beats to take. It should be more than the expected number, so that surplus
            beats are noticed.
        traffic : Traffic
            Idle and stall.
        progress : callable
            Called every ``CHUNK`` clocks with the number of output beats taken so far.
        waves : Path, optional
            File for waves; needs ``trace``.
        coverage : Path, optional
            File for coverage counts; needs ``coverage``.
        reset_after : int
            For so many clocks the beats come first with other data, the complement of theirs; then
            a reset of 1 to ``RESET_LENGTHS`` clocks follows, and the run begins. 0: it begins after
            power-on.
        """
        params = self.params
        inputs = [
            np.ascontiguousarray(array, kind)
            for array, kind in (
                # The core must ignore the bits above the samples.
                (pack(beats.data, params.sample_bits, filling=1), np.uint8),
                (beats.flags, np.uint8),
                (beats.width, np.uint16),
                (beats.height, np.uint16),
            )
        ]
        data = np.zeros((capacity, params.output_bits // 8), np.uint8)
        flags, clock = np.zeros(capacity, np.uint8), np.zeros(capacity, np.uint64)
        keep_bits = params.keep_bits if params.tkeep else 0
        keep = np.zeros((capacity, -(-keep_bits // 8)), np.uint8)

        def run_of(pixels: np.ndarray) -> _Run:
            return _Run(
                *(array.ctypes.data for array in (pixels, *inputs[1:])),
                len(beats.flags),
                *(array.ctypes.data for array in (data, flags, keep, clock)),
                capacity,
                int(traffic.idle * 0xFFFFFFFF),
                int(traffic.stall * 0xFFFFFFFF),
            )

        state, violations = run_of(inputs[0]), 0
        library, core = self._open(traffic.seed, waves)
        clocks, patience = ctypes.c_uint64(CHUNK), ctypes.c_uint64(PATIENCE)
        try:
            if reset_after:
                complement = ~inputs[0]
                before = run_of(complement)
                library.srlut_run(
                    core, ctypes.byref(before), ctypes.c_uint64(reset_after), patience
                )
                violations = before.violations
                length = 1 + reset_after % RESET_LENGTHS
                library.srlut_reset(core, ctypes.c_uint64(length))
            while state.quiet < PATIENCE:
                library.srlut_run(core, ctypes.byref(state), clocks, patience)
                progress(state.out_taken)
        finally:
            library.srlut_close(core, str(coverage.resolve()).encode() if coverage else b"")
        taken = state.out_taken
        shape = taken, params.pixels_per_beat, params.channels
        samples = unpack(data[:taken], shape[1] * shape[2], params.sample_bits)
        return Result(
            samples.reshape(shape),
            flags[:taken],
            np.unpackbits(keep[:taken], axis=1, count=keep_bits, bitorder="little").astype(bool),
            clock[:taken] - np.uint64(state.first_in_clock),
            state.clock - state.quiet,
            tuple(state.errors),
            violations + state.violations,
        )

    def _open(self, seed: int, waves: Path | None) -> tuple[ctypes.CDLL, ctypes.c_void_p]:
        waves_path = str(waves.resolve()).encode() if waves else b""
        library = ctypes.CDLL(str(self.folder / "core.so"))
        library.srlut_open.restype = ctypes.c_void_p
        library.srlut_open.argtypes = [ctypes.c_uint64, ctypes.c_char_p]
        # $readmemh looks for the .hex files in the working folder when the core is constructed.
        with contextlib.chdir(self.folder):
            return library, ctypes.c_void_p(library.srlut_open(seed, waves_path))
