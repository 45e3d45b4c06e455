"""The timing diagrams of docs/integration.md against the core in Amaranth's simulator."""

import json
from pathlib import Path

import numpy as np
import pytest

from core_ports import offer, record_ports
from docs.timing import render
from hw.core_params import CoreParams
from hw.core_timing import latency
from sw import golden
from sw.tables.files import LUTS, load

# The core that the page names: ×4, a pixel per clock.
CORE = CoreParams(
    upsampler=load(LUTS / "V.npz"),
    colour="grey",
    lanes=(4,),
    pixels_per_beat=8,
    max_width=4,
    max_height=4,
)
P = np.array([[40, 80, 120], [60, 100, 140]], np.uint8)
Q = P + np.uint8(7)
HEIGHT, WIDTH = P.shape
FIRST_IN = 2
"""Clock that takes the first pixel: clock 0 is the reset, TREADY rises at the end of clock 1."""
FIRST_OUT = FIRST_IN + latency(CORE, WIDTH, HEIGHT)


def frame_beats(frame):
    """(pixel, TUSER, TLAST) in raster order."""
    return [
        (int(value), y == x == 0, x == WIDTH - 1)
        for y, line in enumerate(frame)
        for x, value in enumerate(line)
    ]


def large_beats(frame):
    """TDATA of the output beats of a frame, a line's last one filled up with black."""
    large = golden.upscale(frame[:, :, None], CORE.upsampler)[:, :, 0]
    large = np.pad(large, ((0, 0), (0, -large.shape[1] % 8)))
    return [int.from_bytes(beat.tobytes(), "little") for beat in large.reshape(-1, 8)]


def simulate(beats, clocks, resets=(0,), stalls=(), pauses=()):
    """Offer ``beats`` one after the other; every port in every clock, before the edge at its end.

    In clocks of ``stalls`` the sink is not ready, in those of ``pauses`` the source offers nothing.
    The size inputs are right in the clock that takes a frame's first beat, and 0 in all others.
    """
    waiting = list(beats)

    def inputs(clock, ready):
        running = clock not in resets
        offers = bool(waiting) and running and clock not in pauses
        beat = waiting[0] if offers else (0, 0, 0)
        if offers and ready:
            waiting.pop(0)
        samples = ready and beat[1]
        return {
            "aresetn": running,
            **offer(beat, offers),
            "width": WIDTH if samples else 0,
            "height": HEIGHT if samples else 0,
            "m_axis_video_tready": clock not in stalls,
        }

    return record_ports(CORE, clocks, inputs)


def taken(record):
    """TDATA, TUSER and TLAST of the output beats that were transferred."""
    names = [f"m_axis_video_{name}" for name in ("tdata", "tuser", "tlast")]
    return [
        tuple(ports[name] for name in names)
        for ports in record
        if ports["m_axis_video_tvalid"] and ports["m_axis_video_tready"] and ports["aresetn"]
    ]


def whole_frame(frame):
    """What ``taken`` gives for it."""
    return [(beat, n == 0, n % 2 == 1) for n, beat in enumerate(large_beats(frame))]


def rows(diagram):
    """Port, bit and row of WaveDrom for each signal but the clock."""
    for entry in diagram["signal"]:
        group, signals = (entry[0] + "_", entry[1:]) if isinstance(entry, list) else ("", [entry])
        for row in signals:
            port, _, bit = row["name"].partition("[")
            if port != "aclk":
                yield group + port, int(bit[:-1]) if bit else 0, row


def drawn(row):
    """Position, and level or label, of everything that the row draws and that matters."""
    labels = iter(row.get("data", ()))
    for position, letter in enumerate(row["wave"]):
        if letter == "|":
            continue  # what comes after the gap goes on as before it, or begins anew
        if letter != ".":
            value = next(labels) if letter == "=" else letter
        if value != "x":
            yield position, value


def compare(name, record, clock_at):
    """Every level and label of a diagram with the simulation."""
    values = {f"p{n}": int(value) for n, value in enumerate(P.ravel())}
    values |= {f"q{n}": int(value) for n, value in enumerate(Q.ravel())}
    values |= {f"b{n}": beat for n, beat in enumerate(large_beats(P))}
    diagram = json.loads((render.FOLDER / f"{name}.json").read_text())
    lengths = {len(row["wave"]) for *_, row in rows(diagram)} | {len(diagram["signal"][0]["wave"])}
    assert len(lengths) == 1
    for port, bit, row in rows(diagram):
        for position, value in drawn(row):
            ports = record[clock_at(position)]
            drawn_value = values[value] if value in values else int(value)
            is_bus = "=" in row["wave"]
            simulated = ports[port] if is_bus else ports[port] >> bit & 1
            assert drawn_value == simulated, f"{port} at position {position}"
    return diagram


def test_first_line():
    record = simulate(frame_beats(P), FIRST_OUT + 40, stalls=(FIRST_OUT + 1, FIRST_OUT + 2))
    diagram = compare(
        "first_line", record, lambda column: column if column < 10 else column - 11 + FIRST_OUT
    )
    valid = [ports["m_axis_video_tvalid"] for ports in record]
    assert valid.index(1) == FIRST_OUT
    nodes = {row["node"][-1]: len(row["node"]) - 1 for *_, row in rows(diagram) if "node" in row}
    assert nodes == {"A": FIRST_IN, "B": 11}
    assert taken(record) == whole_frame(P)


def test_broken_line():
    broken = frame_beats(P)
    broken[1] = (*broken[1][:2], 1)
    record = simulate([*broken, *frame_beats(Q)], 140, pauses=(1, 2))
    compare("broken_line", record, lambda column: column + 2)
    black = P.copy()
    black.ravel()[2:] = 0
    assert taken(record) == whole_frame(black) + whole_frame(Q)


@pytest.mark.parametrize(("resets", "sent"), [((5,), 4), ((0, 5), 3)])
def test_a_reset_of_one_clock_in_the_middle_of_a_frame_is_enough(resets, sent):
    record = simulate(frame_beats(P)[:sent] + frame_beats(Q), 140, resets=resets)
    assert taken(record) == whole_frame(Q)
    assert not any(ports["error"] for ports in record)


def test_a_frame_that_is_cut_is_completed_when_the_next_one_starts():
    cut = frame_beats(P)[:4]
    assert len(taken(simulate(cut, 120))) < len(large_beats(P))
    record = simulate(cut + frame_beats(Q), 160)
    black = P.copy()
    black.ravel()[4:] = 0
    assert taken(record) == whole_frame(black) + whole_frame(Q)
    assert sum(ports["error"] for ports in record) == 8


@pytest.mark.parametrize("path", sorted(render.FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_pictures_are_up_to_date(path: Path):
    assert path.with_suffix(".svg").read_text() == render.as_svg(path.read_text())
