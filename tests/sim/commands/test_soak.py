"""``python -m sim soak``, and one core of it."""

from collections import Counter
from functools import partial

import numpy as np
import pytest

import sim.commands.soak
import sim.soak.cores
from commands import refused
from cores import make_core
from sim.__main__ import main
from sim.bench.verilated import Simulation, write_core
from sim.soak.cores import Report, large_core, soak_core
from sim.soak.tables import coverage_tables
from sw.golden import upscale

KEY = ("grey", 8, 1, "small", "whole", "free", "power-on")


def small_core(rng, *, max_width, max_height):
    return make_core("V", 4, 2, lanes=1, colour="grey", max_width=max_width, max_height=max_height)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(sim.soak.cores, "random_core", small_core)
    monkeypatch.setattr(sim.soak.cores, "SMALL_RUNS", 2)


def reports(*found):
    """In place of the processes."""
    return lambda args, deadline: iter(found)


@pytest.mark.usefixtures("small")
def test_a_core_is_compared():
    report = soak_core(4)
    assert report.failure == ""
    assert report.seed == 4
    assert report.samples > 10_000
    assert report.frames == report.covered.total()


@pytest.mark.usefixtures("small")
def test_a_core_stops_at_a_difference(monkeypatch, tmp_path):
    def wrong(image, upsampler, colour):
        large = upscale(image, upsampler)
        large[-1, -1] ^= 1
        return large

    monkeypatch.setattr(sim.soak.cores, "upscale_format", wrong)
    monkeypatch.setattr(sim.soak.cores, "DIFFERENCE", tmp_path)
    report = soak_core(4)
    assert "samples differ; golden.png" in report.failure
    assert (tmp_path / "difference.png").exists()


@pytest.mark.long
@pytest.mark.usefixtures("small")
def test_wrong_errors_are_a_failure(monkeypatch):
    right = sim.soak.cores.random_job

    def wrong(*arguments):
        job = right(*arguments)
        return type(job)(**{**vars(job), "errors": (9, 9, 9, 9, 9)})

    monkeypatch.setattr(sim.soak.cores, "random_job", wrong)
    assert "not (9, 9, 9, 9, 9)" in soak_core(4).failure


def without_resets(params, folder):
    """A core that does all it should from power-on, and goes on through a reset."""
    verilog = write_core(params, folder)
    text = verilog.read_text()
    assert text.count("rst ? ") > 10
    verilog.write_text(text.replace("rst ? ", "1'b0 ? "))
    return verilog


@pytest.mark.long
@pytest.mark.usefixtures("small")
def test_runs_follow_a_reset(monkeypatch):
    monkeypatch.setattr(sim.soak.cores, "SMALL_RUNS", 6)
    monkeypatch.setattr(sim.soak.cores, "Simulation", partial(Simulation, write=without_resets))
    right = sim.soak.cores.random_job
    begun = []

    def job(*arguments):
        job = right(*arguments)
        begun.append(job.beginning)
        return job

    monkeypatch.setattr(sim.soak.cores, "random_job", job)
    assert soak_core(4).failure
    assert begun.count("reset in mid-run") == 1
    assert begun[-1] == "reset in mid-run"


def test_odd_seeds_are_shipped_tables(monkeypatch):
    built = []

    class Built(Exception):
        pass

    def build(params, *, optimise, cache):
        built.append((params.max_width, params.max_height, optimise))
        raise Built

    monkeypatch.setattr(sim.soak.cores, "Simulation", build)
    for seed in (0, 1, 2, 3):
        with pytest.raises(Built):
            soak_core(seed)
    assert built == [(24, 12, False), (960, 540, True)] * 2


def test_large_cores_are_of_all_formats_and_tables():
    rng = np.random.default_rng(0)
    cores = [large_core(rng) for _ in range(60)]
    assert {core.colour for core in cores} == {"rgb", "luma", "ycbcr444", "ycbcr422", "grey"}
    assert {len(core.stages) for core in cores} == {1, 2, 3}


def test_command_adds_the_reports_up(capsys, monkeypatch):
    found = [Report(n, 1000, 3, Counter({KEY: 3})) for n in range(2)]
    monkeypatch.setattr(sim.commands.soak, "_reports", reports(*found))
    assert main(["soak"]) == 0
    printed = capsys.readouterr().out
    assert "0 of 2000 samples differ, in 6 frames through 2 cores, in " in printed
    assert "| grey | 0 | 0 | 0 | 6 | 0 |" in printed
    assert printed.startswith(coverage_tables(Counter({KEY: 6})))


def test_command_stops_at_a_failure_and_prints_the_seed(capsys, monkeypatch):
    found = [Report(5), Report(6, failure="3 of 9 samples differ"), Report(7)]
    monkeypatch.setattr(sim.commands.soak, "_reports", reports(*found))
    assert main(["soak", "--seed", "5"]) == 1
    assert capsys.readouterr().out == "seed 6: 3 of 9 samples differ\n"


@pytest.mark.long
def test_one_core_in_a_process(capsys):
    assert main(["soak", "--cores", "1", "--jobs", "1", "--seed", "108"]) == 0
    assert "through 1 cores" in capsys.readouterr().out


def test_refuses_bad_input(capsys):
    error = refused(capsys, "soak", "--minutes", "0", command=main)
    assert "--minutes: is '0'; it must be a number above 0" in error
    error = refused(capsys, "soak", "--cores", "0", command=main)
    assert "--cores: is '0'; it must be a whole number, 1 or more" in error
