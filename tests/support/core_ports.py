"""All ports of a core in Amaranth's simulator, clock by clock."""

from amaranth.sim import Simulator

from hw.core import Core


def offer(pixel, valid=True):
    """Levels of the input stream. ``pixel`` is (grey level, TUSER, TLAST)."""
    grey, first, last = pixel
    return {
        "s_axis_video_tvalid": valid,
        "s_axis_video_tdata": grey,
        "s_axis_video_tuser": first,
        "s_axis_video_tlast": last,
    }


def record_ports(params, clocks, inputs):
    """Levels of all ports of the core in each clock, just before the edge at its end.

    ``inputs(clock, ready)`` returns the levels of the inputs in a clock by name. ``ready`` is the
    TREADY of the core in this clock; no input of the clock may change it.
    """
    core, record = Core(params), []

    async def bench(ctx):
        for clock in range(clocks):
            await ctx.delay(1e-9)
            ready = ctx.get(core.s_axis_video_tready)
            for name, level in inputs(clock, ready).items():
                ctx.set(getattr(core, name), level)
            await ctx.delay(4e-9)
            ports = {name: ctx.get(getattr(core, name)) for name in core.signature.members}
            assert ports["s_axis_video_tready"] == ready
            record.append({**ports, "error": ports["error"].value})
            ctx.set(core.aclk, 1)
            await ctx.delay(5e-9)
            ctx.set(core.aclk, 0)

    simulator = Simulator(core)
    simulator.add_testbench(bench)
    simulator.run()
    return record
