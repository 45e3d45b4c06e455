"""The Verilog in four states: no X comes out behind a reset of one clock, whatever was before."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from cores import core_cases, make_chain, make_core
from hw.core import Core
from hw.emit import write_verilog
from pictures import assert_same, photo_like
from sim.bench.beats import to_beats
from sw.pictures.colour_formats import upscale_format
from tools import icarus, needs_icarus

BENCH = Path(__file__).parent.parent / "support" / "four_state.v"
CORES = {
    "line writer": make_core("S", 6, 4, lanes=2),
    "pixel queue": make_chain("x1 V:5 ; x2 V:5", (4, 4), colour="grey"),
    "time-out": make_core("V", 6, 2, lanes=3, frame_timeout=200),
    "two pixels per input beat": make_core("V", 6, 2, lanes=4, input_pixels_per_beat=2),
    "luma held back": make_core("F", 5, 3, "edge", lanes=4, colour="luma"),
    "4:2:2": make_chain(
        "x1 V:5 | V:5 ; x2 F:5+V@1:5+V@2:5 ; x2 V:7", (2, 1, 8), colour="ycbcr422", max_width=18
    ),
}
SIZES = (3, 6), (1, 2), (2, 16), (4, 4)


def simulate(verilog, params, frames):
    """What the bench prints, and the beats that come out: TUSER, TLAST, data."""
    work = verilog.parent
    beats = to_beats(frames, params.input_pixels_per_beat)
    lines = []
    for data, flags, width, height in zip(
        beats.data, beats.flags, beats.width, beats.height, strict=True
    ):
        word = int(flags & 1) << 33 | int(flags >> 1) << 32 | int(width) << 16 | int(height)
        word = word << params.input_bits | int.from_bytes(data.tobytes(), "little")
        lines.append(f"{word:x}\n")
    (work / "beats.hex").write_text("".join(lines))
    compiler, simulator = icarus()
    values = {"IN_BITS": params.input_bits, "OUT_BITS": params.output_bits, "BEATS": len(lines)}
    choices = [f"-Pbench.{name}={value}" for name, value in values.items()]
    subprocess.run(
        [*compiler, "-g2005", "-DTOP=srlut", *choices, "-o", "bench.vvp", BENCH, verilog.name],
        cwd=work,
        check=True,
    )
    result = subprocess.run(
        [*simulator, "bench.vvp"], cwd=work, check=True, capture_output=True, text=True
    )
    out = [line.split() for line in (work / "out.txt").read_text().splitlines()]
    return result.stdout, out


def without_power_on_values(text):
    """The Verilog with X in all registers at power-on."""
    text, count = re.subn(r"^( *reg [^=;\n]*) = [^;]*;", r"\1;", text, flags=re.MULTILINE)
    assert count
    return text


@needs_icarus
@pytest.mark.parametrize("name", core_cases(CORES, ["line writer"]))
def test_no_x_comes_out(name, tmp_path):
    params = CORES[name]
    verilog = write_verilog(Core(params), tmp_path, "srlut")[0]
    verilog.write_text(without_power_on_values(verilog.read_text()))
    frames = [photo_like(*size, params.channels, seed) for seed, size in enumerate(SIZES)]
    report, out = simulate(verilog, params, frames)
    assert "X:" not in report, report
    assert "0 times X" in report
    start, r = 0, params.upsampler.scale
    for frame in frames:
        height, width = frame.shape[0] * r, frame.shape[1] * r
        beats = -(-width // params.pixels_per_beat)
        taken = out[start : start + height * beats]
        start += height * beats
        flags = [(int(user), int(last)) for user, last, _ in taken]
        assert flags == [
            (int(y == x == 0), int(x == beats - 1)) for y in range(height) for x in range(beats)
        ]
        data = b"".join(bytes.fromhex(word)[::-1] for _, _, word in taken)
        pixels = np.frombuffer(data, np.uint8).reshape(height, -1, params.channels)
        golden = upscale_format(frame, params.upsampler, params.colour)
        assert_same(golden, pixels[:, :width], f"four-state-{name.replace(':', '')}")
    assert start == len(out)


@needs_icarus
def test_a_register_without_reset_is_found(tmp_path):
    params = CORES["pixel queue"]
    verilog = write_verilog(Core(params), tmp_path, "srlut")[0]
    text = without_power_on_values(verilog.read_text())
    resets = [match.start() for match in re.finditer(r"rst \? ", text)]
    assert len(resets) > 10
    # The last of them is in the chain.
    position = resets[-1]
    verilog.write_text(text[:position] + "1'b0 ? " + text[position + len("rst ? ") :])
    report, _ = simulate(verilog, params, [photo_like(3, 6, 1)])
    assert "X:" in report
