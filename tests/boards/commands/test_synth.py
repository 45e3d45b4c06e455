"""``python -m boards synth``: with Yosys on a small core, and with a stand-in for nextpnr."""

import json

import pytest

from boards.__main__ import main
from boards.commands import synth
from boards.flow import synthesis, tools
from commands import refused
from hw.core_params import CoreParams
from sw.errors import BadInput
from sw.tables.design import parse
from tables import filled

SMALL = CoreParams(
    upsampler=filled(parse("x2 V:5 ; x2 V:7", "reflect")), colour="grey", lanes=(1, 4), max_width=16
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    for module in (synth, synthesis):
        monkeypatch.setattr(module, "CACHE", tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("family", synthesis.SCRIPTS)
def test_counts_are_right_and_cached(family, monkeypatch):
    counts, netlist = synthesis.synthesise(SMALL, family)
    if family == "ecp5":
        # One lane in the first stage and four in the second. A lane has two banks, each with two
        # products, which share the four numbers of a row.
        assert counts.multipliers == 5 * 2 * 2
        cells = json.loads(netlist.read_text())["modules"][synthesis.TOP]["cells"].values()
        kinds = [cell["type"] for cell in cells]
        assert counts.flip_flops == kinds.count("TRELLIS_FF")
        assert {
            cell["parameters"].get("REG_INPUTA_CLK")
            for cell in cells
            if cell["type"] == "MULT18X18D"
        } == {"CLK0"}
    assert counts.luts > 500
    assert counts.flip_flops > 500
    assert netlist.is_file() == (family == "ecp5")
    monkeypatch.setattr(synthesis, "_run", None)
    assert synthesis.synthesise(SMALL, family) == (counts, netlist)


@pytest.mark.long
def test_counts_hardly_depend_on_contents(monkeypatch):
    """Contents that are shortened to two rows give the same block RAMs."""
    params = CoreParams(upsampler=filled(parse("x2 S")), colour="grey", lanes=(1,), max_width=16)
    shortened, _ = synthesis.synthesise(params, "xc7")
    monkeypatch.setattr(synthesis, "shorten", lambda path: None)
    for cached in synthesis.CACHE.glob("*.counts"):
        cached.unlink()
    whole, _ = synthesis.synthesise(params, "xc7")
    assert whole.block_rams == shortened.block_rams >= 2
    assert whole.multipliers == shortened.multipliers
    assert whole.flip_flops == shortened.flip_flops
    # ABC optimises the logic around the block RAMs differently.
    assert whole.luts == pytest.approx(shortened.luts, rel=0.03)


def test_table(tmp_path, monkeypatch, capsys):
    speeds = {(6, 1): 100.0, (6, 2): 120.0, (8, 1): 130.0, (8, 2): 140.0}
    counts = synthesis.Counts(1000, 900, 48, 12.5)
    monkeypatch.setattr(synth, "synthesise", lambda params, family, multipliers: (counts, tmp_path))
    options_of_nextpnr = []

    def place(netlist, part, speed, seed, mhz, *, placer, router, limit):
        options_of_nextpnr.append((part, mhz, placer, router, limit))
        return speeds[speed, seed]

    monkeypatch.setattr(synth, "place", place)
    out = tmp_path / "table"
    rows = "--rows", "pico:3", "--families", "ecp5", "xc7", "--speeds", "6", "8"
    options = "--seeds", "2", "--fps", "50", "--placer", "static", "--limit", "90"
    router = "--router", "router2"
    assert main(["synth", *rows, *options, *router, "--out", str(out)]) == 0
    assert options_of_nextpnr == [("ecp5-85f", 2075520 * 50 / 1e6, "static", "router2", 90)] * 4
    lines = out.with_suffix(".md").read_text().splitlines()[2:]
    start = "| pico | rgb | 3, 12 | {} | 1000 | 900 | 48 | 12.5 | 2075520 | {} |"
    assert lines == [
        start.format("ECP5-85F, speed grade 6", "100.0, 120.0; 110.0 | 53.0"),
        start.format("ECP5-85F, speed grade 8", "130.0, 140.0; 135.0 | 65.0"),
        start.format("xc7", "not placed | not placed"),
    ]
    assert json.loads(out.with_suffix(".json").read_text())["rows"][0]["mhz"] == [100, 120]
    assert capsys.readouterr().out.endswith("\n".join(lines) + "\n")


def test_a_failed_placement_is_reported(monkeypatch, tmp_path, capsys):
    def fail(*_, **__):
        raise BadInput("no room")

    counts = synthesis.Counts(1, 2, 3, 4)
    monkeypatch.setattr(synth, "synthesise", lambda params, family, multipliers: (counts, tmp_path))
    monkeypatch.setattr(synth, "place", fail)
    out = tmp_path / "table"
    assert main(["synth", "--rows", "nano:3", "--families", "ecp5", "--out", str(out)]) == 0
    assert out.with_suffix(".md").read_text().endswith("| failed; 0.0 | 0.0 |\n")
    assert "nano:3 ecp5-85f, speed grade 6, seed 1: no room" in capsys.readouterr().out


def replace_nextpnr(monkeypatch, tmp_path, commands):
    """Replace nextpnr by shell ``commands`` and a report of 101.5 MHz; return an empty netlist."""
    (tmp_path / "netlist").touch()
    report = '{"fmax": {"clk": {"achieved": 101.5}}}'
    script = f"echo '{report}' > report.json; {commands}"
    monkeypatch.setattr(synthesis, "tool_version", lambda tool: tool)
    monkeypatch.setattr(synthesis, "tool_command", lambda tool: ["sh", "-c", script])
    return tmp_path / "netlist"


def test_placements_are_cached_with_their_logs(monkeypatch, tmp_path):
    netlist = replace_nextpnr(monkeypatch, tmp_path, "echo 'Critical path' > log; echo >> ../runs")
    for seed in 1, 2, 1:
        assert synthesis.place(netlist, "ecp5-85f", 6, seed, 100) == 101.5
    assert len((tmp_path / "runs").read_text()) == 2
    assert [log.read_text() for log in tmp_path.glob("*.log")] == ["Critical path\n"] * 2


def test_nextpnr_gets_the_clock_the_placer_and_the_router(monkeypatch, tmp_path):
    netlist = replace_nextpnr(monkeypatch, tmp_path, 'echo "$*" > log')
    choices = {
        ("heap", "router1"): "--placer heap --router router1 --timing-allow-fail",
        ("static", "router1"): "--placer static --router router1 --timing-allow-fail",
        ("heap", "router2"): "--placer heap --router router2 --timing-allow-fail",
        ("heap", "router2-timing"): "--router router2 --tmg-ripup --timing-allow-fail",
    }
    for placer, router in choices:
        synthesis.place(netlist, "ecp5-85f", 6, 1, 66.5, placer=placer, router=router)
    logs = sorted(log.read_text() for log in tmp_path.glob("*.log"))
    assert all("--freq 66.5" in log for log in logs)
    for options in choices.values():
        assert sum(options in log for log in logs) == 1


@pytest.mark.parametrize(
    ("command", "reported"),
    [
        ("echo reading; echo ERROR: no BEL >&2; echo at the end", "ERROR: no BEL"),
        ("echo unrecognised option; echo", "unrecognised option"),
        ("true", "it printed nothing"),
    ],
)
def test_the_message_has_the_error_line_of_a_tool_that_fails(
    command, reported, monkeypatch, tmp_path
):
    netlist = replace_nextpnr(monkeypatch, tmp_path, f"{command}; exit 1")
    with pytest.raises(BadInput, match=f"nextpnr-ecp5 failed, see .*failed.log: {reported}$"):
        synthesis.place(netlist, "ecp5-85f", 6, 1, 100)


def test_a_placement_is_given_up_after_its_limit(monkeypatch, tmp_path):
    netlist = replace_nextpnr(monkeypatch, tmp_path, "exec sleep 60")
    with pytest.raises(BadInput, match=r"nextpnr-ecp5 has not finished after 0\.005 minutes"):
        synthesis.place(netlist, "ecp5-85f", 6, 1, 100, limit=0.005)
    assert not list(tmp_path.glob("*.mhz"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--limit", "0"], "--limit: is '0'; it must be a number above 0, at most 10000"),
        (["--rows", "pico"], "row pico: it must be TABLE:P[,P…] or TABLE:P[,P…]:COLOUR, for"),
        (["--rows", "pico:luma"], "row pico:luma: it must be TABLE:P[,P…] or TABLE:P"),
        (["--rows", "pico:5"], "lanes is 5"),
        (["--rows", "missing:1"], "missing"),
        (["--seeds", "-1"], "--seeds: is '-1'; it must be a whole number, 0 or more"),
        (["--fps", "0"], "--fps: is '0'; it must be a number above 0, at most 1000"),
        (["--out", "nowhere/table"], "there is no folder nowhere"),
    ],
)
def test_bad_input(arguments, message, capsys):
    assert message in refused(capsys, "synth", *arguments, command=main)


@pytest.mark.parametrize(
    ("command", "reported"), [("echo Place 0.7; echo more", "Place 0.7"), ("", None)]
)
def test_version_of_a_tool_in_the_path(command, reported, tmp_path, monkeypatch):
    tool = tmp_path / "nextpnr-ecp5"
    tool.write_text(f"#!/bin/sh\n{command}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    version = tools.tool_version.__wrapped__("nextpnr-ecp5")
    assert version == (reported or "nextpnr-ecp5 of an unknown version")
