"""Both ends of the core: registers between all inputs and outputs, reset, and the size inputs."""

import json
import random
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from core_ports import offer, record_ports
from cores import make_chain, make_core
from hw.control.core import top_module
from hw.emit import write_verilog
from hw.layouts import pixel_layout
from hw.windows.guard import Error, FrameGuard
from hw.yosys import run_yosys
from sw import golden

REGISTERS = ("$dff", "$dffe", "$sdff", "$sdffe", "$sdffce")
"""Yosys's flip-flops without asynchronous set or reset. Others count as logic: a path leads through
them."""

CORES = {
    "line writer": make_core("V", 6, 2, lanes=4, colour="grey", pixels_per_beat=2),
    "pixel queue": make_chain("x2 V:5 ; x1 V:5", (4, 4), colour="grey"),
    "time-out": make_core("V", 6, 2, lanes=1, frame_timeout=1000),
    "several pixels per input beat, TKEEP": make_core(
        "V", 6, 2, lanes=1, colour="luma", input_pixels_per_beat=4, tkeep=True
    ),
    "registers, tables that are loaded": make_core(
        "V", 6, 2, lanes=1, colour="luma", control=True, reload=True
    ),
}


def netlist(component, folder, modules=()):
    """The cells and ports of ``component``, without hierarchy, as Yosys writes them."""
    write_verilog(component, folder, "top", modules=modules)
    script = "read_verilog top.v; hierarchy -top top; proc; flatten; opt_clean; write_json top.json"
    run_yosys(script, folder)
    return json.loads((folder / "top.json").read_text())["modules"]["top"]


def paths_without_register(module):
    """All pairs of an input and an output of a netlist that no register separates."""
    cells = list(module["cells"].values())
    assert any(cell["type"] in REGISTERS for cell in cells)
    readers = defaultdict(list)  # cells without registers, by the bits that they read
    for cell in cells:
        assert not cell["type"].startswith("$dlatch")
        if cell["type"] in REGISTERS:
            continue
        bits = {"input": [], "output": []}
        for port, direction in cell["port_directions"].items():
            bits[direction] += cell["connections"][port]
        for bit in bits["input"]:
            readers[bit].append(bits["output"])
    outputs = {
        bit: name
        for name, port in module["ports"].items()
        if port["direction"] == "output"
        for bit in port["bits"]
    }
    found = set()
    for name, port in module["ports"].items():
        if port["direction"] == "input":
            waiting, seen = list(port["bits"]), set()
            while waiting:
                bit = waiting.pop()
                if bit in seen or isinstance(bit, str):  # constants are strings
                    continue
                seen.add(bit)
                if bit in outputs:
                    found.add((name, outputs[bit]))
                for driven in readers[bit]:
                    waiting += driven
    return found


def registered_outputs(module):
    """The outputs whose bits are outputs of flip-flops, or constant."""
    registers = {
        bit
        for cell in module["cells"].values()
        if cell["type"] in REGISTERS
        for bit in cell["connections"]["Q"]
    }
    return {
        name
        for name, port in module["ports"].items()
        if port["direction"] == "output"
        and all(isinstance(bit, str) or bit in registers for bit in port["bits"])
    }


@pytest.mark.parametrize("name", CORES)
def test_a_register_lies_between_every_input_and_every_output(name, tmp_path):
    core, modules = top_module(CORES[name])
    module = netlist(core, tmp_path, modules)
    assert paths_without_register(module) == set()
    from_registers = {"s_axis_video_tready", *({"error"} & core.signature.members.keys())}
    assert from_registers <= registered_outputs(module)


def test_paths_are_found_where_there_are_some(tmp_path):
    guard = FrameGuard(pixel_layout(1), max_width=6, max_height=5)
    paths = paths_without_register(netlist(guard, tmp_path))
    assert ("o__ready", "i__ready") in paths
    assert ("o__ready", "error") in paths
    assert not {pair for pair in paths if pair[1].startswith("o__")}


CORE = CORES["line writer"]
HEIGHT, WIDTH = 3, 4
PIXELS = [
    (17 + 50 * y + 9 * x, x == y == 0, x == WIDTH - 1) for y in range(HEIGHT) for x in range(WIDTH)
]


def expected():
    """TDATA of the output beats of a frame of ``PIXELS``."""
    frame = np.array([grey for grey, *_ in PIXELS], np.uint8).reshape(HEIGHT, WIDTH, 1)
    large = golden.upscale(frame, CORE.upsampler)
    return [int.from_bytes(beat.tobytes(), "little") for beat in large.reshape(-1, 2)]


def simulate(pixels, clocks, *, resets=(), offers=lambda clock: True, size=(WIDTH, HEIGHT), **core):
    """All ports of the core in each clock, while it gets ``pixels``.

    The source offers a pixel in the clocks for which ``offers`` is true. In clocks of a reset it
    may do so too, against the rules; after the reset it begins again with the first pixel. The size
    inputs are ``size`` in the clock of the handshake of a frame's first pixel, and change in every
    other clock. ``core`` has parameters that differ from those of ``CORE``.
    """
    rng = random.Random(1)
    waiting = list(pixels)

    def inputs(clock, ready):
        if clock - 1 in resets and clock not in resets:
            waiting[:] = pixels
        offered = bool(waiting) and offers(clock)
        pixel = waiting[0] if offered else (255, 1, 1)
        if offered and ready:
            waiting.pop(0)
        samples = offered and ready and pixel[1]
        width, height = size if samples else (rng.randrange(1 << 16), rng.randrange(1 << 16))
        return {
            "aresetn": clock not in resets,
            **offer(pixel, offered),
            "width": width,
            "height": height,
            "m_axis_video_tready": 1,
        }

    return record_ports(replace(CORE, **core), clocks, inputs)


def taken(record):
    """TDATA of the output beats, from the last reset on."""
    resets = [clock for clock, ports in enumerate(record) if not ports["aresetn"]]
    after = record[max(resets, default=-1) + 1 :]
    return [ports["m_axis_video_tdata"] for ports in after if ports["m_axis_video_tvalid"]]


@pytest.mark.parametrize("gap", [1, 2, 3])
def test_the_size_is_sampled_with_the_handshake_of_the_first_pixel_alone(gap):
    record = simulate(PIXELS * 2, 250, offers=lambda clock: clock % gap == 0)
    assert taken(record) == expected() * 2
    assert not any(ports["error"] for ports in record)


@pytest.mark.parametrize("offers_in_reset", [False, True])
@pytest.mark.parametrize("resets", [(0,), (0, 1, 2, 3), (9,), (20, 21, 22), (45, 46), (0, 5, 40)])
def test_nothing_is_offered_or_taken_during_reset(resets, offers_in_reset):
    record = simulate(
        PIXELS, 200, resets=resets, offers=lambda clock: offers_in_reset or clock not in resets
    )
    for clock in resets:
        # The first edge of a reset is at the end of its first clock. TREADY rises a clock after it.
        assert not record[clock + 1]["s_axis_video_tready"]
        assert not record[clock + 1]["m_axis_video_tvalid"]
        if clock + 1 not in resets:
            assert record[clock + 2]["s_axis_video_tready"]
    assert taken(record) == expected()
    assert not any(ports["error"] for ports in record)


def test_power_on_without_a_reset():
    record = simulate(PIXELS, 200)
    assert [ports["s_axis_video_tready"] for ports in record[:3]] == [0, 1, 1]
    assert taken(record) == expected()


@pytest.mark.parametrize(
    ("error", "pixels", "choices"),
    [
        (Error.SIZE, PIXELS[:1], {"size": (0, HEIGHT)}),
        (Error.LINE_EARLY, [PIXELS[0], (9, 0, 1)], {}),
        (Error.LINE_LATE, [*PIXELS[:3], (9, 0, 0)], {}),
        (Error.FRAME_EARLY, PIXELS[:6] + PIXELS[:1], {}),
        (Error.TIMEOUT, PIXELS[:6], {"frame_timeout": 20}),
    ],
    ids=lambda value: value.name if isinstance(value, Error) else "",
)
def test_an_error_comes_three_clocks_after_its_pixel_or_after_the_timeout(error, pixels, choices):
    record = simulate(pixels, 60, **choices)
    last = max(
        clock
        for clock, ports in enumerate(record)
        if ports["s_axis_video_tvalid"] and ports["s_axis_video_tready"]
    )
    flagged = [(clock, ports["error"]) for clock, ports in enumerate(record) if ports["error"]]
    assert flagged == [(last + choices.get("frame_timeout", 0) + 3, error.value)]


TWO = {"input_pixels_per_beat": 2}
BEATS = [
    (PIXELS[n][0] | PIXELS[n + 1][0] << 8, PIXELS[n][1], PIXELS[n + 1][2])
    for n in range(0, len(PIXELS), 2)
]


@pytest.mark.parametrize("gap", [1, 2, 3])
def test_the_size_is_sampled_with_the_first_beat_of_several_pixels(gap):
    record = simulate(BEATS * 2, 250, offers=lambda clock: clock % gap == 0, **TWO)
    assert taken(record) == expected() * 2
    assert not any(ports["error"] for ports in record)


@pytest.mark.parametrize(
    ("error", "beats", "place", "choices"),
    [
        (Error.SIZE, BEATS[:1], 0, {"size": (0, HEIGHT)}),
        (Error.LINE_EARLY, [(9, 1, 1)], 1, {}),
        (Error.LINE_EARLY, [(9, 1, 1)], 0, {"size": (3, HEIGHT)}),
        (Error.LINE_LATE, [BEATS[0], (9, 0, 0)], 1, {}),
        (Error.LINE_LATE, [BEATS[0], (9, 0, 0)], 0, {"size": (3, HEIGHT)}),
        (Error.FRAME_EARLY, BEATS[:3] + BEATS[:1], 0, {}),
        (Error.TIMEOUT, BEATS[:3], 1, {"frame_timeout": 20}),
    ],
)
def test_an_error_of_a_later_pixel_of_a_beat_comes_later(error, beats, place, choices):
    record = simulate(beats, 60, offers=lambda clock: clock % 4 == 0, **TWO, **choices)
    last = max(
        clock
        for clock, ports in enumerate(record)
        if ports["s_axis_video_tvalid"] and ports["s_axis_video_tready"]
    )
    flagged = [(clock, ports["error"]) for clock, ports in enumerate(record) if ports["error"]]
    wait = choices.get("frame_timeout", 0) + 3 + place
    assert flagged == [(last + wait, error.value)]
