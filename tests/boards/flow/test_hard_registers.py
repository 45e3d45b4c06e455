"""Flip-flops move into block RAMs and multipliers where these can take them, and only there."""

import json

import pytest

from boards.flow.hard_registers import Netlist
from hw.yosys import run_yosys

MODULE = """
module top(input clk, input enable, input reset, input [9:0] a, input signed [8:0] x,
           input signed [8:0] y, output reg [17:0] o, output reg [17:0] p, output [17:0] q);
  reg [17:0] memory [0:1023];
  initial $readmemh("memory.hex", memory);
  reg [17:0] answer;
  always @(posedge clk) answer <= memory[a];
  always @(posedge clk) %s o <= answer;
  always @(posedge clk) p <= x * y;
  assign q = %s;
endmodule
"""

FACTORS = """
module top(input clk, input enable, input [8:0] x, input [4:0] y, output reg [13:0] p,
           output [8:0] q);
  reg [8:0] x1;
  reg [4:0] y1;
  always @(posedge clk) %s x1 <= x;
  always @(posedge clk) y1 <= y;
  always @(posedge clk) p <= x1 * y1;
  assign q = %s;
endmodule
"""


def use_hard_registers(tmp_path, condition="", q="0", source=MODULE):
    """Synthesise ``source`` and use the hard registers.

    One of its registers is set under ``condition``; its output ``q`` reads the expression ``q``.
    Returns a cell of each type, and the number of removed flip-flops.
    """
    (tmp_path / "memory.hex").write_text("".join(f"{7919 * n % 262144:05x}\n" for n in range(1024)))
    (tmp_path / "top.v").write_text(source % (condition, q))
    run_yosys("read_verilog top.v; synth_ecp5 -top top -json top.json", tmp_path)
    module = json.loads((tmp_path / "top.json").read_text())["modules"]["top"]
    removed = Netlist(module).use_hard_registers()
    return {cell["type"]: cell for cell in module["cells"].values()}, removed


@pytest.mark.parametrize("condition", ["", "if (enable)"])
def test_output_registers_move_into_the_cells(tmp_path, condition):
    cells, removed = use_hard_registers(tmp_path, condition)
    ram, product = cells["DP16KD"], cells["MULT18X18D"]
    assert removed == 36
    assert "TRELLIS_FF" not in cells
    assert "OUTREG" in (ram["parameters"]["REGMODE_A"], ram["parameters"]["REGMODE_B"])
    enables = ram["connections"]["OCEA"] + ram["connections"]["OCEB"]
    assert any(isinstance(bit, int) for bit in enables) == bool(condition)
    assert product["parameters"]["REG_OUTPUT_CLK"] == "CLK0"
    assert product["connections"]["CLK0"] != ["0"]


@pytest.mark.parametrize(
    ("condition", "q"), [("if (reset) o <= 0; else", "0"), ("", "answer")], ids=["reset", "shared"]
)
def test_output_registers_with_a_reset_or_a_shared_input_stay(tmp_path, condition, q):
    cells, removed = use_hard_registers(tmp_path, condition, q)
    assert removed == 18  # those behind the product
    assert cells["DP16KD"]["parameters"]["REGMODE_A"] == "NOREG"
    assert cells["DP16KD"]["parameters"]["REGMODE_B"] == "NOREG"


def test_input_registers_move_into_the_multiplier(tmp_path):
    cells, removed = use_hard_registers(tmp_path, source=FACTORS)
    product = cells["MULT18X18D"]
    assert removed == 9 + 5 + 14
    assert "TRELLIS_FF" not in cells
    assert {
        product["parameters"][f"REG_{register}_CLK"] for register in ("INPUTA", "INPUTB", "OUTPUT")
    } == {"CLK0"}


def test_input_registers_with_another_reader_are_copied(tmp_path):
    cells, removed = use_hard_registers(tmp_path, q="x1", source=FACTORS)
    assert removed == 5 + 14
    assert cells["MULT18X18D"]["parameters"]["REG_INPUTA_CLK"] == "CLK0"
    # The copies inside the multiplier have the same inputs as the registers that stay.
    inputs = {bit for bits in cells["MULT18X18D"]["connections"].values() for bit in bits}
    assert cells["TRELLIS_FF"]["connections"]["DI"][0] in inputs
    assert cells["TRELLIS_FF"]["connections"]["Q"][0] not in inputs


def test_input_registers_with_another_enable_than_the_output_stay(tmp_path):
    cells, removed = use_hard_registers(tmp_path, condition="if (enable)", source=FACTORS)
    assert removed == 14
    assert "REG_INPUTA_CLK" not in cells["MULT18X18D"]["parameters"]
    assert "REG_INPUTB_CLK" not in cells["MULT18X18D"]["parameters"]
