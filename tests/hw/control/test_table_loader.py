"""The table loader: what it refuses, and what reaches the banks."""

import random
import zlib

import numpy as np
import pytest
from amaranth.hdl import Module, ResetInserter, Signal
from amaranth.lib import wiring
from amaranth.sim import Simulator

from hw.control.table_loader import Refusal, State, TableLoader
from hw.core_params import CoreParams
from hw.lookup.banked_rom import BankedRom
from sw.tables.design import parse
from sw.tables.pack import packed, used_rows
from tables import filled

DESIGNS = {
    "plain layout, three maps": "x1 S:9 | S:9 | S:9 ; x2 S:9 + V@1:5 + V@2:5 + V@3:5",
    "one axis": "x2 V:5",
    "wide words": "x3 S:5",
}


def core_params(design, seed=0):
    upsampler = filled(parse(design), seed)
    return CoreParams.for_upsampler(
        upsampler, colour="grey", lanes=(1,), control=True, reload=True, max_width=8
    )


def words_of(data):
    return np.frombuffer(data, "<u4").tolist()


class LoaderAndBanks(wiring.Component):
    """The loader, and a copy of every group's banks."""

    def __init__(self, params):
        self.loader = TableLoader(params)
        self.groups = [group for stage in params.stages for group in stage.groups]
        self.roms = [BankedRom(group, ports=2) for group in self.groups]
        super().__init__({})

    def elaborate(self, platform):
        m = Module()
        m.submodules.loader = self.loader
        load = self.loader.load
        for n, rom in enumerate(self.roms):
            m.submodules[f"rom{n}"] = rom
            for name in ("word", "row", "bank", "row_last"):
                m.d.comb += rom.load[name].eq(load[name])
            m.d.comb += rom.load.valid.eq(load.groups[n])
        return m


async def send(ctx, loader, words, rng=None, *, commit=True):
    ctx.set(loader.start, 1)
    await ctx.tick()
    ctx.set(loader.start, 0)
    for word in words:
        while rng and rng.random() < 0.3:
            await ctx.tick()
        ctx.set(loader.word, word)
        ctx.set(loader.word_valid, 1)
        await ctx.tick()
        ctx.set(loader.word_valid, 0)
    await ctx.tick()
    if commit:
        ctx.set(loader.commit, 1)
        await ctx.tick()
        ctx.set(loader.commit, 0)


async def copy(ctx, loader):
    """Copy the table that waits; returns the clocks that it took."""
    assert State(ctx.get(loader.state)) is State.WAITING
    ctx.set(loader.copy, 1)
    await ctx.tick()
    ctx.set(loader.copy, 0)
    clocks = 0
    while ctx.get(loader.copying):
        await ctx.tick()
        clocks += 1
    return clocks


async def check_banks(ctx, dut, groups):
    """Compare every row of every bank, by both ports, with ``groups``."""
    for group, rom in zip(groups, dut.roms, strict=True):
        rows, delay = used_rows(group.table), BankedRom.delay(group)
        for clock in range(len(rows) + delay):
            row = int(rows[min(clock, len(rows) - 1)])
            for port in (0, 1):
                ctx.set(rom.row[port], [row] * group.banks)
                if clock >= delay:
                    numbers = group.contents[:, rows[clock - delay]]
                    expected = [int.from_bytes(bank.tobytes(), "little") for bank in numbers]
                    assert list(ctx.get(rom.entry[port])) == expected
            await ctx.tick()


def run(dut, bench):
    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_a_packed_table_reaches_the_banks(design):
    params = core_params(design)
    other = core_params(design, seed=1)
    dut = LoaderAndBanks(params)
    loader, rng = dut.loader, random.Random(0)

    async def bench(ctx):
        data = packed(other.upsampler)
        assert ctx.get(loader.checksum) == words_of(packed(params.upsampler))[-1]
        await check_banks(ctx, dut, dut.groups)
        await send(ctx, loader, words_of(data), rng)
        await check_banks(ctx, dut, dut.groups)  # not copied yet
        clocks = await copy(ctx, loader)
        assert clocks == loader.length - 3 + len(dut.groups)
        assert ctx.get(loader.loaded)
        assert ctx.get(loader.checksum) == words_of(data)[-1]
        await ctx.tick().repeat(4)
        assert not ctx.get(loader.loaded)
        await check_banks(ctx, dut, [g for stage in other.stages for g in stage.groups])

    run(dut, bench)


WRONG = {
    "a word is missing": (lambda words: words[:-1], Refusal.LENGTH),
    "a word too many": (lambda words: [*words, 7], Refusal.LENGTH),
    "no word": (lambda words: [], Refusal.LENGTH),
    "no packed table": (lambda words: [words[0] ^ 1, *words[1:]], Refusal.FORMAT),
    "another shape": (lambda words: [words[0], words[1] ^ 1, *words[2:]], Refusal.SHAPE),
    "a bit is wrong": (
        lambda words: [*words[:5], words[5] ^ 1 << 31, *words[6:]],
        Refusal.CHECKSUM,
    ),
    "the checksum is wrong": (lambda words: [*words[:-1], words[-1] ^ 1], Refusal.CHECKSUM),
    "entries in another order": (
        lambda words: [*words[:3], words[4], words[3], *words[5:]],
        Refusal.CHECKSUM,
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_load_is_refused_and_the_table_stays(wrong):
    params = core_params("x2 V:5")
    change, reason = WRONG[wrong]
    dut = LoaderAndBanks(params)
    loader = dut.loader
    right = words_of(packed(core_params("x2 V:5", seed=1).upsampler))
    words = change(right)

    async def bench(ctx):
        await send(ctx, loader, words)
        assert ctx.get(loader.refusing)
        assert Refusal(ctx.get(loader.refused)) is reason
        assert State(ctx.get(loader.state)) is State.IDLE
        assert ctx.get(loader.words) == len(words)
        await ctx.tick()
        assert not ctx.get(loader.refusing)
        await check_banks(ctx, dut, dut.groups)
        await send(ctx, loader, right)
        assert Refusal(ctx.get(loader.refused)) is Refusal.NONE
        await copy(ctx, loader)

    run(dut, bench)


def test_a_start_withdraws_and_words_outside_of_a_load_do_nothing():
    params = core_params("x2 V:5")
    dut = LoaderAndBanks(params)
    loader = dut.loader
    words = words_of(packed(params.upsampler))

    async def bench(ctx):
        for _ in range(2):  # words and commits without a start
            ctx.set(loader.word_valid, 1)
            ctx.set(loader.commit, 1)
            await ctx.tick()
        ctx.set(loader.word_valid, 0)
        ctx.set(loader.commit, 0)
        assert State(ctx.get(loader.state)) is State.IDLE
        assert not ctx.get(loader.words)
        await send(ctx, loader, words[:4], commit=False)
        assert State(ctx.get(loader.state)) is State.LOADING
        await send(ctx, loader, words)
        assert State(ctx.get(loader.state)) is State.WAITING
        await send(ctx, loader, words[:4], commit=False)
        assert State(ctx.get(loader.state)) is State.LOADING
        assert not ctx.get(loader.waiting)

    run(dut, bench)


@pytest.mark.parametrize("after", [1, 2, 20, 61])
def test_a_reset_does_not_stop_the_copying(after):
    params, other = (core_params("x2 V:5 + V:7", seed) for seed in (0, 1))
    dut, reset = LoaderAndBanks(params), Signal()
    loader = dut.loader

    async def bench(ctx):
        await send(ctx, loader, words_of(packed(other.upsampler)))
        ctx.set(loader.copy, 1)
        await ctx.tick()
        ctx.set(loader.copy, 0)
        await ctx.tick().repeat(after)
        ctx.set(reset, 1)
        await ctx.tick().repeat(3)
        ctx.set(reset, 0)
        await ctx.tick().repeat(loader.length)
        assert not ctx.get(loader.copying)
        assert ctx.get(loader.checksum) == words_of(packed(other.upsampler))[-1]
        await check_banks(ctx, dut, [g for stage in other.stages for g in stage.groups])

    run(ResetInserter(reset)(dut), bench)


def test_a_reset_withdraws_a_table_that_waits():
    params = core_params("x2 V:5")
    dut, reset = LoaderAndBanks(params), Signal()
    loader = dut.loader

    async def bench(ctx):
        await send(ctx, loader, words_of(packed(params.upsampler)))
        ctx.set(reset, 1)
        await ctx.tick()
        ctx.set(reset, 0)
        assert State(ctx.get(loader.state)) is State.IDLE

    run(ResetInserter(reset)(dut), bench)


def test_packed_checksum_is_that_of_zlib():
    data = packed(filled(parse("x2 V:5")))
    assert zlib.crc32(data[:-4]) == int.from_bytes(data[-4:], "little")
