"""The numbers that options take, in all commands."""

import argparse
import pkgutil
from importlib import import_module
from math import isfinite

import pytest

PACKAGES = "sw", "hw", "sim", "boards"

TEXTS = "1", "0.5", "50"
"""Texts of numbers. Every option that takes a number takes one of them."""


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of every command in ``commands`` of every package, by the command's module."""
    found = {}
    for package in PACKAGES:
        folder = import_module(f"{package}.commands")
        for info in pkgutil.iter_modules(folder.__path__, f"{package}.commands."):
            module = import_module(info.name)
            if hasattr(module, "add_arguments") and hasattr(module, "run"):
                found[info.name] = argparse.ArgumentParser(prog=info.name)
                module.add_arguments(found[info.name])
    return found


PARSERS = parsers()


def number_type(action: argparse.Action) -> type | None:
    """float or int if the option ``action`` takes such numbers, else None."""
    for text in TEXTS if action.type and action.option_strings else ():
        try:
            value = action.type(text)
        except (ValueError, argparse.ArgumentTypeError):
            continue
        if type(value) in (float, int):
            return type(value)
    return None


OPTIONS = {
    kind: [
        (name, action.option_strings[-1])
        for name, parser in PARSERS.items()
        for action in parser._actions
        if number_type(action) is kind
    ]
    for kind in (float, int)
}


def refusal(capsys, name: str, option: str, text: str) -> str:
    """What the parser of the command ``name`` prints if ``option`` is ``text``."""
    with pytest.raises(SystemExit) as stop:
        PARSERS[name].parse_args([f"{option}={text}"])
    assert stop.value.code == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_the_options_are_found():
    assert ("sw.commands.upscale", "--max-mpixel") in OPTIONS[float]
    assert ("sw.commands.tune", "--rate") in OPTIONS[float]
    assert ("sim.commands.run", "--stall") in OPTIONS[float]
    assert ("hw.commands.plan", "--fps") in OPTIONS[float]
    assert ("boards.commands.synth", "--limit") in OPTIONS[float]
    assert ("boards.commands.build", "--seed") in OPTIONS[int]
    assert ("sw.commands.baseline", "--patience") in OPTIONS[int]


@pytest.mark.parametrize(("name", "option"), OPTIONS[float])
@pytest.mark.parametrize("text", ["nan", "-nan", "inf", "-inf", "1e999", "-1", "x", ""])
def test_no_option_takes_what_is_no_number(capsys, name, option, text):
    sentence = refusal(capsys, name, option, text)
    assert f"{option}: is {text!r}; it must be a number" in sentence


@pytest.mark.parametrize(("name", "option"), OPTIONS[int])
@pytest.mark.parametrize("text", ["nan", "1.5", "x", ""])
def test_no_option_takes_what_is_no_whole_number(capsys, name, option, text):
    assert f"{option}: " in refusal(capsys, name, option, text)


@pytest.mark.parametrize(
    ("name", "option"),
    [(name, option) for name, option in OPTIONS[int] if option in ("--seed", "--seeds")],
)
def test_seeds_are_not_negative(capsys, name, option):
    assert "is '-1'; it must be a whole number" in refusal(capsys, name, option, "-1")


@pytest.mark.parametrize(("name", "option"), OPTIONS[float] + OPTIONS[int])
def test_defaults_are_numbers_that_the_option_takes(name, option):
    action = PARSERS[name]._option_string_actions[option]
    default = action.default
    for value in default if isinstance(default, list | tuple) else (default,):
        assert value is None or isfinite(action.type(str(value)))


@pytest.mark.parametrize("text", ["3,,3", "", "3,", "a", "1.5"])
@pytest.mark.parametrize("name", ["hw.commands.verilog", "sim.commands.throughput"])
def test_lanes_are_numbers(capsys, name, text):
    sentence = refusal(capsys, name, "--lanes", text)
    assert f"argument --lanes: is {text!r}; it must be a whole number, or several" in sentence


@pytest.mark.parametrize("text", ["0", "3", "-1", "32"])
def test_beats_are_powers_of_two(capsys, text):
    sentence = refusal(capsys, "sim.commands.run", "--beat", text)
    assert f"argument --beat: invalid choice: {text} (choose from 1, 2, 4, 8, 16)" in sentence


@pytest.mark.parametrize("name", ["sw.commands.demo", "sim.commands.throughput"])
def test_no_limit_of_pictures_where_none_is_read(name):
    assert (name, "--max-mpixel") not in OPTIONS[float]
