"""Synthesise, place and route the core alone; results are cached by a digest of their inputs."""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from boards.flow.hard_registers import Netlist
from boards.flow.tools import run_tool, tool_command, tool_version
from sw.errors import BadInput
from sw.extras import optional
from sw.output import whole_file
from sw.places import BUILD
from sw.tables import cost
from sw.tables.banks import MAX_LOGIC_ROWS

with optional():
    from boards.flow.soft_products import TECHMAP, soft_products
    from hw.control.core import top_module
    from hw.core_params import CoreParams
    from hw.emit import write_verilog


CACHE = BUILD / "synth"

TOP = "srlut"
"""Name of the top module."""

PARTS = {
    "ecp5-25f": ("--25k", "--package", "CABGA381"),
    "ecp5-45f": ("--45k", "--package", "CABGA554"),
    "ecp5-85f": ("--85k", "--package", "CABGA756"),
}
"""Options of nextpnr that choose a part; its sizes are in :data:`sw.tables.cost.PARTS`."""

MULTIPLIERS = cost.PARTS[cost.DEFAULT_PART].multipliers
"""Those of an ECP5-85F; nextpnr cannot use half of one for a small product."""

PLACERS = "heap", "static"
"""Placers of nextpnr; the first is its default."""

ROUTERS = {
    "router1": ("--router", "router1"),
    "router2": ("--router", "router2"),
    "router2-timing": ("--router", "router2", "--tmg-ripup"),
}
"""Options of nextpnr for each choice of a router."""

LIMIT = 60
"""Minutes after which a placement is given up: the routing of too dense a core never ends."""

ECP5_LUTS = "abc -lut 4:7 -dress; clean"
"""ABC in place of ABC9, which in Yosys 0.70 fails or produces wrong logic."""

SCRIPTS = {
    # -no-rw-check: no address is ever read in the clock in which it is written.
    "ecp5": "synth_ecp5 -top {top} -no-rw-check -run begin:map_luts; "
    f"{ECP5_LUTS}; synth_ecp5 -run map_cells:",
    "xc7": "synth_xilinx -top {top} -family xc7 -flatten -noiopad",
    "xcup": "synth_xilinx -top {top} -family xcup -flatten -noiopad",
}
"""Synthesis commands of Yosys for each family."""

LUTS = {"LUT1": 1, "LUT2": 1, "LUT3": 1, "LUT4": 1, "LUT5": 1, "LUT6": 1, "CCU2C": 2}
"""LUTs of a cell: a carry cell of ECP5 occupies two."""

LUT_MEMORIES = {"TRELLIS_DPR16X4": 6, "RAM32M": 4, "RAM64M": 4, "RAM64M8": 8, "RAM32M16": 8}
"""LUTs of a memory that is built from LUTs."""

FLIP_FLOPS = "TRELLIS_FF", "FDRE", "FDSE", "FDCE", "FDPE"

MULTIPLIER_CELLS = "MULT18X18D", "DSP48E1", "DSP48E2"

BLOCK_RAMS = {"DP16KD": 1.0, "RAMB36E1": 1.0, "RAMB18E1": 0.5, "RAMB36E2": 1.0, "RAMB18E2": 0.5}
"""Block RAMs of a cell: of 18 Kbit for ECP5, of 36 Kbit for the others."""


@dataclass(frozen=True)
class Counts:
    """Resources of a core after synthesis.

    Parameters
    ----------
    luts : int
        Before packing; includes those of carries and of small memories.
    flip_flops : int
        Does not include the registers inside block RAMs and multipliers.
    multipliers : int
    block_rams : float
        Of 18 Kbit for ECP5, of 36 Kbit for the others.
    """

    luts: int
    flip_flops: int
    multipliers: int
    block_rams: float


def synthesise(
    params: CoreParams, family: str, multipliers: int = MULTIPLIERS
) -> tuple[Counts, Path]:
    """Synthesise a core for ``family``: its resources, and the path of its netlist.

    On ECP5, ``multipliers`` are the most multipliers to use; the other products are made of
    additions. The netlist is in Yosys's JSON. It exists for ECP5 only.

    Raises
    ------
    BadInput
        If a tool is missing or fails.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as work:
        folder = Path(work)
        core, modules = top_module(params)
        files = write_verilog(core, folder, TOP, modules=modules)
        if family != "ecp5":
            for path in files[1:]:
                shorten(path)
        (folder / TECHMAP.name).write_text(TECHMAP.read_text())
        text = script(params, family, multipliers)
        sources = [*sorted(files), Path(__file__).with_name("hard_registers.py")]
        kinds = LUTS, LUT_MEMORIES, FLIP_FLOPS, MULTIPLIER_CELLS, BLOCK_RAMS
        parts = [text, tool_version("yosys"), str(kinds), *(path.read_text() for path in sources)]
        name = CACHE / f"{_digest(parts)}_{family}"
        netlist, counts = name.with_suffix(".netlist"), name.with_suffix(".counts")
        if not counts.is_file():
            _run("yosys", ["-q", "-p", text], folder)
            cells = json.loads((folder / "stat.json").read_text())["design"]["num_cells_by_type"]
            if family == "ecp5":
                content = json.loads((folder / "netlist.json").read_text())
                cells[FLIP_FLOPS[0]] -= Netlist(content["modules"][TOP]).use_hard_registers()
                with whole_file(netlist) as file:
                    file.write(json.dumps(content, separators=(",", ":")).encode())
            with whole_file(counts) as file:
                file.write(json.dumps(asdict(count(cells))).encode())
    return Counts(**json.loads(counts.read_text())), netlist


def shorten(contents: Path) -> None:
    """Shorten the .hex file of a block RAM to two rows, so that no bit is constant.

    With all ten megabits of a large table Yosys takes many minutes. The number of block RAMs does
    not depend on the contents; the number of LUTs differs by one or two per cent.
    """
    rows = contents.read_text().split()
    if len(rows) > MAX_LOGIC_ROWS:
        digits = len(rows[0])
        contents.write_text(f"{'f' * digits}\n{'0' * digits}\n")


def place(
    netlist: Path,
    part: str,
    speed: int,
    seed: int,
    clock_mhz: float,
    *,
    placer: str = PLACERS[0],
    router: str = "router1",
    limit: float = LIMIT,
) -> float:
    """Place and route ``netlist`` on ``part``, out of context; return its clock in MHz.

    nextpnr aims at ``clock_mhz``. Its log, which has the critical path, is kept in ``CACHE``.

    Raises
    ------
    BadInput
        If nextpnr is missing or fails (for example because the part is too small), or has not
        finished after ``limit`` minutes.
    """
    arguments = [
        *("--quiet", *PARTS[part], "--out-of-context"),
        *("--speed", str(speed), "--seed", str(seed), "--freq", str(clock_mhz)),
        *("--placer", placer, *ROUTERS[router], "--timing-allow-fail"),
        # Where a part is nearly full, some cells need many attempts to find a place.
        *("--placer-heap-cell-placement-timeout", "0"),
        *("--json", "netlist.json", "--report", "report.json", "--log", "log"),
    ]
    parts = [netlist.read_text(), tool_version("nextpnr-ecp5"), *arguments]
    result = CACHE / f"{_digest(parts)}_{speed}_{seed}.mhz"
    if not result.is_file():
        with tempfile.TemporaryDirectory(dir=CACHE) as work:
            folder = Path(work)
            (folder / "netlist.json").hardlink_to(netlist)
            _run("nextpnr-ecp5", arguments, folder, limit)
            report = json.loads((folder / "report.json").read_text())
            log = (folder / "log").read_bytes()
        (clock,) = report["fmax"].values()
        with whole_file(result.with_suffix(".log")) as file:
            file.write(log)
        with whole_file(result) as file:
            file.write(json.dumps(clock["achieved"]).encode())
    return json.loads(result.read_text())


def count(cells: dict[str, int]) -> Counts:
    """Resources, from Yosys's counts of cells by type."""
    return Counts(
        luts=sum(number * {**LUTS, **LUT_MEMORIES}.get(kind, 0) for kind, number in cells.items()),
        flip_flops=sum(cells.get(kind, 0) for kind in FLIP_FLOPS),
        multipliers=sum(cells.get(kind, 0) for kind in MULTIPLIER_CELLS),
        block_rams=sum(number * BLOCK_RAMS.get(kind, 0) for kind, number in cells.items()),
    )


def script(params: CoreParams, family: str, multipliers: int = MULTIPLIERS) -> str:
    """Commands of Yosys from the core's Verilog to cell counts, and for ECP5 to a netlist."""
    steps = [f"read_verilog {TOP}.v; hierarchy -top {TOP}; proc"]
    if family == "ecp5":
        steps.append("wreduce")
        steps += [
            f"techmap -map {TECHMAP.name} {selection}"
            for selection in soft_products(params, multipliers)
        ]
    steps += [SCRIPTS[family].format(top=TOP), "tee -q -o stat.json stat -json"]
    if family == "ecp5":
        steps.append("write_json netlist.json")
    return "; ".join(steps)


def _digest(parts: list[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()[:16]


def _run(tool: str, arguments: list[str], folder: Path, limit: float = math.inf) -> None:
    """Run ``tool`` in ``folder`` for at most ``limit`` minutes."""
    deadline = time.monotonic() + 60 * limit
    finished = run_tool(
        tool,
        [*tool_command(tool), *arguments],
        folder,
        CACHE / "failed.log",
        show=False,
        give_up=lambda: time.monotonic() > deadline,
    )
    if not finished:
        raise BadInput(f"{tool} has not finished after {limit:g} minutes")
