"""Registers are placed at their pins, and delay lines evenly between two columns."""

import json

import pytest

from boards.flow.pin_registers import put_beside, put_between
from hw.yosys import run_yosys

MODULE = """
module top(input clk, input [11:0] a, output reg [11:0] words, output reg other);
  initial words = 0;
  always @(posedge clk) words <= {a[11:1], 1'b0};
  always @(posedge clk) other <= ~a[1];
endmodule
"""


@pytest.fixture
def module(tmp_path):
    """The netlist of ``MODULE``."""
    (tmp_path / "top.v").write_text(MODULE)
    run_yosys("read_verilog top.v; synth_ecp5 -json top.json", tmp_path)
    return json.loads((tmp_path / "top.json").read_text())["modules"]["top"]


def sites(module):
    """Sites of the flip-flops that are placed, by the bits that they drive."""
    return {
        cell["connections"]["Q"][0]: cell["attributes"]["BEL"]
        for cell in module["cells"].values()
        if "BEL" in cell["attributes"]
    }


def test_flip_flops_of_a_net_fill_the_tiles_of_a_column(module):
    assert put_beside(module, "words", 76, 3) == 11  # the constant bit has no flip-flop
    words = module["netnames"]["words"]["bits"]
    placed = sites(module)
    assert placed.keys() == set(words[1:])
    assert placed[words[1]] == "X76/Y3/SLICEA.FF0"
    assert placed[words[2]] == "X76/Y3/SLICEA.FF1"
    assert placed[words[9]] == "X76/Y4/SLICEA.FF0"
    assert len(set(placed.values())) == 11


def test_a_delay_line_is_spread_evenly(module):
    assert put_between(module, "words", 100, 40, 2) == 11
    words = module["netnames"]["words"]["bits"]
    columns = [int(sites(module)[bit].split("/")[0][1:]) for bit in words[1:]]
    assert columns == list(range(95, 40, -5))
