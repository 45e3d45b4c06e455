"""``python -m sim soak``, with a small core in place of random ones."""

import sim.commands.soak
from commands import refused
from cores import make_core
from sim.__main__ import main
from sw.golden import upscale


def small_core(rng, *, max_width, max_height):
    return make_core("V", 4, 2, lanes=1, colour="grey", max_width=max_width, max_height=max_height)


def test_counts_frames_and_cores(capsys, monkeypatch):
    monkeypatch.setattr(sim.commands.soak, "random_core", small_core)
    monkeypatch.setattr(sim.commands.soak, "RUNS", 2)
    assert main(["soak", "--cores", "1", "--seed", "3"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("0 of ")
    assert f"in {2 * sim.commands.soak.FRAMES} frames through 1 cores" in printed


def test_stops_at_a_difference_and_prints_the_seed(capsys, monkeypatch, tmp_path):
    def wrong(image, upsampler, colour):
        large = upscale(image, upsampler)
        large[-1, -1] ^= 1
        return large

    monkeypatch.setattr(sim.commands.soak, "random_core", small_core)
    monkeypatch.setattr(sim.commands.soak, "upscale_format", wrong)
    monkeypatch.setattr(sim.commands.soak, "DIFFERENCE", tmp_path)
    assert main(["soak", "--cores", "1", "--seed", "5"]) == 1
    printed = capsys.readouterr().out
    assert f"seed 5: {sim.commands.soak.FRAMES} of" in printed
    assert (tmp_path / "difference.png").exists()


def test_refuses_bad_input(capsys):
    error = refused(capsys, "soak", "--minutes", "0", command=main)
    assert "--minutes: is '0'; it must be a number above 0" in error
    error = refused(capsys, "soak", "--cores", "0", command=main)
    assert "--cores: is '0'; it must be a whole number, 1 or more" in error
