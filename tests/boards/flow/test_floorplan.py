"""The banks of the frame buffer get sites that are close to each other."""

import json
import re
from itertools import pairwise

import pytest
from amaranth.back import rtlil

from board_blocks import random_picture
from boards.common import LIMITS
from boards.flow.floorplan import bank_sites, put_banks
from boards.gateware.frame_buffer import PARTS, FrameBuffer, banks
from boards.picture_layout import Limits
from hw.yosys import run_yosys


def test_sites_are_a_loop_of_close_neighbours():
    sites = bank_sites()
    assert len(set(sites)) == len(sites) == PARTS * banks(LIMITS)
    pattern = re.compile(r"X(\d+)/Y(\d+)/EBR[0-3]")
    tiles = [tuple(map(int, pattern.fullmatch(site).groups())) for site in sites]
    for (x, y), (next_x, next_y) in pairwise([*tiles, tiles[0]]):
        assert abs(x - next_x) + abs(y - next_y) <= 42


@pytest.mark.long
def test_banks_are_placed_in_order(tmp_path):
    memory = FrameBuffer(Limits(50, 190), random_picture(50, 190))
    (tmp_path / "top.il").write_text(rtlil.convert(memory, name="top"))
    run_yosys("read_rtlil top.il; synth_ecp5 -top top -json top.json", tmp_path)
    module = json.loads((tmp_path / "top.json").read_text())["modules"]["top"]
    assert put_banks(module, "bank") == 32  # eight block RAMs in each of four banks
    placed = {
        cell["attributes"]["BEL"]: name
        for name, cell in module["cells"].items()
        if "BEL" in cell["attributes"]
    }
    numbers = [re.match(r"bank(\d)\.", placed[site])[1] for site in bank_sites()[:32]]
    assert "".join(numbers) == "00000000111111112222222233333333"
    assert len(placed) == 32
