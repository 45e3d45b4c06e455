"""The frame gate in front of a core that takes beats and finishes frames at random times."""

import random
from collections import deque

import pytest
from amaranth.sim import Simulator

from hw.control.frame_gate import FrameGate

CLOCKS = 4000


class Bench:
    """Random frames and settings; a core that keeps frames for random times."""

    def __init__(self, seed, busy):
        self.rng = random.Random(seed)
        self.busy = busy  # probability that the core does not take a beat
        self.dut = FrameGate(8)
        self.sent, self.passed = [], []
        self.in_core, self.copying = deque(), 0
        self.asked_copies = self.copies = self.changes = self.dropped = 0

    async def source(self, ctx):
        dut, rng = self.dut, self.rng
        while True:
            length = rng.choice([1, 1, 2, 5, 20])
            for n in range(length):
                while rng.random() < 0.3:
                    await ctx.tick()
                beat = {"data": rng.randrange(256), "start_of_frame": n == 0, "end_of_line": 0}
                ctx.set(dut.i.payload, beat)
                ctx.set(dut.i.valid, 1)
                ready = False
                while not ready:
                    _, _, ready = await ctx.tick().sample(dut.i.ready)
                ctx.set(dut.i.valid, 0)
                self.sent.append(beat)

    async def settings(self, ctx):
        dut, rng = self.dut, self.rng
        ctx.set(dut.enable, 1)
        while True:
            for _ in range(rng.randrange(1, 60)):
                await ctx.tick()
            choice = rng.randrange(4)
            if choice == 0:
                ctx.set(dut.enable, rng.random() < 0.7)
            elif choice == 1:
                ctx.set(dut.bypass_wanted, rng.randrange(2))
            elif choice == 2 and not ctx.get(dut.copying) and not ctx.get(dut.table_waits):
                ctx.set(dut.table_waits, 1)
                self.asked_copies += 1

    async def core(self, ctx):
        """Take beats, finish frames, copy tables, and check in every clock."""
        dut, rng = self.dut, self.rng
        offered, bypass, enabled_before = None, 0, 0
        for _ in range(CLOCKS):
            ready = rng.random() >= self.busy
            ctx.set(dut.o.ready, ready)
            finishes = bool(self.in_core) and rng.random() < 0.05
            drops = finishes and rng.random() < 0.2
            ctx.set(dut.done, finishes and not drops)
            ctx.set(dut.dropped, drops)
            ctx.set(dut.copying, self.copying > 0)
            values = dut.o.valid, dut.o.payload, dut.bypass, dut.copy, dut.busy, dut.enable
            _, _, valid, beat, now_bypass, copy, busy, enabled = await ctx.tick().sample(*values)
            assert offered is None or (valid and beat.as_bits() == offered)
            if valid and beat.start_of_frame:
                # A setting of this clock comes too late for it.
                assert enabled_before or offered is not None
                assert not self.copying
            offered = beat.as_bits() if valid and not ready else None
            assert bool(busy) == bool(self.in_core)
            if now_bypass != bypass:
                assert not self.in_core
                self.changes += 1
            if copy:
                assert not self.in_core
                self.copies += 1
                self.copying = rng.randrange(1, 40)
                ctx.set(dut.table_waits, 0)
            elif self.copying:
                self.copying -= 1
            if finishes:
                self.in_core.popleft()
                self.dropped += drops
            if valid and ready:
                self.passed.append({"data": beat.data, "start_of_frame": beat.start_of_frame})
                if beat.start_of_frame:
                    self.in_core.append(now_bypass)
            bypass, enabled_before = now_bypass, enabled

    def run(self):
        simulator = Simulator(self.dut)
        simulator.add_clock(1e-8)
        simulator.add_testbench(self.source, background=True)
        simulator.add_testbench(self.settings, background=True)
        simulator.add_testbench(self.core)
        simulator.run()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("busy", [0, 0.5])
def test_changes_happen_between_frames(seed, busy):
    bench = Bench(seed, busy)
    bench.run()
    assert len(bench.passed) > 500
    assert bench.changes > 5
    assert bench.copies > 5
    assert bench.asked_copies - bench.copies in (0, 1)
    assert bench.dropped
    for sent, passed in zip(bench.sent, bench.passed, strict=False):
        assert passed == {"data": sent["data"], "start_of_frame": int(sent["start_of_frame"])}


def steps(dut, *script):
    """Run ``script``: settings of a clock, and what must be seen in it."""

    async def bench(ctx):
        for number, (settings, seen) in enumerate(script):
            for name, value in settings.items():
                inputs = {"valid": dut.i.valid, "ready": dut.o.ready}
                inputs["start"] = dut.i.payload.start_of_frame
                ctx.set(inputs[name] if name in inputs else getattr(dut, name), value)
            for name, value in seen.items():
                got = ctx.get(dut.o.valid if name == "passes" else getattr(dut, name))
                assert got == value, f"clock {number}: {name} is {got}"
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()


def test_disabled_it_holds_a_start_of_frame_and_says_so():
    dut = FrameGate(8)
    steps(
        dut,
        ({"arrives": 1}, {"waits": 0}),
        ({"arrives": 0, "valid": 1, "start": 1}, {"waits": 1, "frame_waits": 0, "busy": 0}),
        *[({}, {"waits": 1, "frame_waits": 0})] * 7,
        *[({}, {"waits": 1, "frame_waits": 1})] * 2,
        ({"enable": 1}, {"frame_waits": 1}),
        *[({}, {"waits": 1, "frame_waits": 0, "busy": 0})] * 3,  # the core does not take it
        ({"ready": 1}, {"waits": 1, "busy": 0}),
        ({"valid": 0}, {"waits": 0, "busy": 1}),
    )


def test_beats_within_a_frame_pass_while_it_is_closed():
    dut = FrameGate(8)
    within = {"valid": 1, "start": 0, "ready": 1}
    steps(dut, (within, {"waits": 0, "frame_waits": 0, "passes": 1}), ({}, {"passes": 1}))
