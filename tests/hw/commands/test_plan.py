import re

import pytest

from commands import refused
from hw.__main__ import main
from hw.commands.plan import SLACK, plan
from hw.core_cost import chroma_cost, stage_costs
from hw.core_params import CoreParams
from hw.core_timing import clocks_of_stage, clocks_per_frame
from hw.params import usable_lanes
from sw.errors import BadInput
from sw.tables import cost
from sw.tables.design import parse
from sw.tables.files import LUTS, load

CHAIN = parse("x1 S | S ; x2 S+S@1+S@2 ; x2 S:7")
FRAME = {"width": 960, "height": 540, "colour": "rgb"}


@pytest.mark.parametrize(
    ("clock_mhz", "lanes", "beat"),
    [(373.4, (1, 1, 4), 2), (124.4, (3, 3, 12), 4), (62.2, (6, 6, 24), 8)],
)
def test_fewest_lanes_for_4k60(clock_mhz, lanes, beat):
    params = plan(CHAIN, clock_mhz=clock_mhz, fps=60, **FRAME)
    assert (params.lanes, params.pixels_per_beat) == (lanes, beat)
    rate = clock_mhz * 1e6 / clocks_per_frame(params, 960, 540)
    assert 59.7 < rate < 60.3


def test_a_chain_that_is_slower_than_its_stages_gets_more_lanes():
    # The stages wait for one another at the ends of frames, for a tenth of a per cent.
    few = CoreParams.for_upsampler(CHAIN, lanes=(3,))
    alone = max(clocks_of_stage(few, number, 960, 540) for number in range(3))
    together = clocks_per_frame(few, 960, 540)
    assert alone < together < 1.002 * alone
    between = (alone + together) / 2 * 60 * SLACK / 1e6
    params = plan(CHAIN, clock_mhz=between, fps=60, **FRAME)
    assert sum(params.lanes) > sum(few.lanes)
    assert clocks_per_frame(params, 960, 540) <= alone


COUNTED = [
    # Table, colour format, lanes of the first stage; LUTs, multipliers and block RAMs by Yosys.
    ("compact", "luma", 1, 21731, 124, 78),
    ("nano", "luma", 1, 18284, 104, 52),
    ("pico", "luma", 1, 10581, 24, 52),
    ("compact", "luma", 1, 26742, 60, 78),
    ("compact", "ycbcr422", 1, 20016, 124, 68),
    # With --sample-bits 10.
    ("compact", "luma", 1, 22586, 124, 92, 10),
    ("nano", "luma", 1, 19470, 104, 66, 10),
    # Without the register in front of the chroma's line memory.
    ("wide", "luma", 1, 61970, 152, 127),
    ("wide", "luma", 1, 64411, 120, 127),
    # Before comparisons were replaced by single bits.
    ("compact", "luma", 2, 55009, 48, 106),
    ("nano", "luma", 1, 24385, 32, 52),
    # Of an earlier window and scheduler.
    ("pico", "rgb", 3, 15260, 120, 105),
    ("pico", "rgb", 6, 34505, 152, 165),
    ("nano", "rgb", 3, 56663, 152, 110),
    ("tiny", "rgb", 3, 40486, 152, 191),
    ("compact", "rgb", 3, 71358, 156, 175),
]
"""Cores for 960×540 on ECP5, by ``python -m boards synth``, with ``--multipliers`` where there are
fewer than products."""


@pytest.mark.parametrize("counted", COUNTED)
def test_the_estimate_is_within_ten_per_cent_of_yosys(counted):
    table, colour, lanes, luts, multipliers, block_rams, *bits = counted
    upsampler = load(LUTS / f"{table}.npz").at_bits(*bits or (8,))
    params = CoreParams.for_upsampler(
        upsampler, colour=colour, lanes=(lanes,), max_width=960, max_height=540
    )
    # A part with as many multipliers as were used.
    part = cost.Part("counted", 1, round(multipliers / cost.MAX_USE), 1)
    used = cost.shares(stage_costs(params), part, chroma_cost(params))
    assert used["LUT4"] == pytest.approx(luts, rel=0.1)
    assert used["block RAMs"] == pytest.approx(block_rams, rel=0.1)


def test_samples_of_more_bits_take_more_lines(capsys):
    arguments = ["plan", "--table", "pico", "--clock-mhz", "124.5", "--colour", "ycbcr444"]
    shares = []
    for bits in ("8", "10", "12"):
        assert main([*arguments, "--sample-bits", bits]) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        shares.append([int(share) for share in re.findall(r"(\d+)%", last)])
    rams, multipliers, luts = zip(*shares, strict=True)
    assert rams[0] < rams[1] < rams[2]
    assert luts[0] < luts[2]
    assert len(set(multipliers)) == 1


def test_chroma_is_a_row_of_the_plan(capsys):
    arguments = ["plan", "--table", "pico", "--clock-mhz", "124.5", "--part", "ecp5-25f"]
    assert main([*arguments, "--colour", "luma"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3].startswith("| chroma: ×4 |")
    assert "--lanes 1,4 --beat 4" in lines[-2]
    assert "of the block RAMs" in lines[-1]
    assert main(["plan", "--table", "pico", "--clock-mhz", "124.5"]) == 0
    assert "chroma" not in capsys.readouterr().out


def test_message_for_a_slow_clock_has_rate_and_clock():
    message = (
        r"is 40, which allows 38\.\d frames of .* per second; for 60 it must be at least 62\.0"
    )
    with pytest.raises(BadInput, match=message):
        plan(CHAIN, clock_mhz=40, fps=60, **FRAME)
    plan(CHAIN, clock_mhz=62.1, fps=60, **FRAME)


def test_lanes_that_keep_up_with_the_first_stage():
    def lanes(colour, given):
        return CoreParams.for_upsampler(CHAIN, colour=colour, lanes=given).lanes

    assert lanes("rgb", (3,)) == (3, 3, 12)
    assert lanes("rgb", (2,)) == (2, 2, 12)
    assert lanes("rgb", (12,)) == (12, 12, 24)
    assert lanes("grey", (1,)) == lanes("ycbcr422", (1,)) == (1, 1, 4)
    assert lanes("rgb", (1, 2, 3)) == (1, 2, 3)
    assert usable_lanes(3, 1) == [1, 2, 3, 4, 6, 12]
    assert usable_lanes(3, 3) == [1, 2, 3, 4, 6, 12, 36]
    assert usable_lanes(1, 4) == [1, 2, 4, 8, 16]


def test_prints_a_row_for_each_stage(capsys):
    assert main(["plan", "--clock-mhz", "124.4"]) == 0
    output = capsys.readouterr().out
    rows = [line for line in output.splitlines() if line.startswith(("| 1", "| 2", "| 3"))]
    assert len(rows) == len(load(LUTS / "compact.npz").stages)
    assert "--lanes 3,3,12 --beat 4" in output
    assert "ECP5-85F" in output


def test_refuses(capsys):
    def message(*more):
        return refused(capsys, "plan", *more, command=main)

    assert "--clock-mhz: is '0'; it must be a number above 0" in message("--clock-mhz", "0")
    assert "--fps: is '-1'; it must be a number above 0" in message(
        "--clock-mhz", "100", "--fps", "-1"
    )
    assert "nosuch" in message("--clock-mhz", "100", "--table", "nosuch")
    sizes = "--height: is '65536'; it must be a whole number from 1 to 65535"
    assert sizes in message("--clock-mhz", "100", "--height", "65536")
    assert "--colour: invalid choice: 'yuv'" in message("--clock-mhz", "100", "--colour", "yuv")
    too_wide = "error: --width is 40000; it must be from 1 to 32768 with this table"
    assert too_wide in message("--clock-mhz", "100", "--width", "40000")
    too_large = message("--clock-mhz", "124.4", "--table", "large", "--part", "ecp5-85f")
    assert "LUT4 of ECP5-85F; choose a smaller table" in too_large
    too_large = message("--clock-mhz", "124.4", "--part", "ecp5-25f")
    assert "of the block RAMs, " in too_large
    assert "of ECP5-25F" in too_large
