"""A bench for single blocks in Amaranth's simulator: values in, values out, idle and stall."""

import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from amaranth.lib import wiring
from amaranth.sim import Simulator, SimulatorContext

from sim.bench.traffic import Traffic

WATCHDOG = 10_000
"""The simulation fails after so many clocks without a transfer."""


def run_stream(
    dut: wiring.Component,
    values: Sequence[Any],
    count: int,
    traffic: Traffic = Traffic(),  # noqa: B008 (frozen)
    watchers: Sequence[Callable[[SimulatorContext], Coroutine]] = (),
) -> tuple[list[Any], list[int]]:
    """Send ``values`` into ``dut.i`` and take ``count`` payloads from ``dut.o``.

    Checks that an offered payload stays offered, unchanged, until it is taken.

    Parameters
    ----------
    dut : Component
        A component with the streams ``i`` and ``o``.
    values : sequence
        Payloads to send.
    count : int
        Payloads to take.
    traffic : Traffic
        How often the source idles and the sink stalls.
    watchers : sequence of coroutine functions
        Run beside source and sink.

    Returns
    -------
    payloads : list
        Payloads in the order in which they were taken.
    clocks : list of int
        For each payload, the clock in which it was taken, counted from the clock in which ``dut``
        took the first value.

    Raises
    ------
    AssertionError
        If a payload is withdrawn or changes while it is stalled, if no payload comes for
        ``WATCHDOG`` clocks, or if more than ``count`` payloads come.
    """
    always_ready = dut.o.signature.always_ready
    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    taken: list[tuple[int, Any]] = []
    accepted: list[int] = []
    now = 0

    async def count_clocks(ctx: SimulatorContext) -> None:
        nonlocal now
        async for _ in ctx.tick():
            now += 1

    async def source(ctx: SimulatorContext) -> None:
        rng = random.Random(traffic.seed)
        for value in values:
            while rng.random() < traffic.idle:
                await ctx.tick()
            ctx.set(dut.i.payload, value)
            ctx.set(dut.i.valid, 1)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.valid, 0)
            accepted.append(now)

    async def sink(ctx: SimulatorContext) -> None:
        rng = random.Random(traffic.seed + 1)
        offered = None
        quiet = 0
        while len(taken) < count or quiet < 50:
            ready = rng.random() >= traffic.stall
            if not always_ready:
                ctx.set(dut.o.ready, ready)
            _, _, valid, payload = await ctx.tick().sample(dut.o.valid, dut.o.payload)
            raw = payload.as_bits() if hasattr(payload, "as_bits") else payload
            if offered is not None:
                assert valid, "valid fell before the payload was taken"
                assert raw == offered, "the payload changed before it was taken"
            ready = ready or always_ready
            offered = raw if valid and not ready else None
            quiet = 0 if valid and ready else quiet + 1
            if valid and ready:
                taken.append((now, payload))
            assert len(taken) <= count, f"more than {count} payloads came"
            assert quiet < WATCHDOG, f"only {len(taken)} of {count} payloads came"

    simulator.add_process(count_clocks)
    simulator.add_testbench(source, background=True)
    simulator.add_testbench(sink)
    for watcher in watchers:
        simulator.add_testbench(watcher, background=True)
    simulator.run()
    first = accepted[0]
    return [payload for _, payload in taken], [clock - first for clock, _ in taken]
