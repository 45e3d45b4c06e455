"""Helpers of the properties: small stages, a module to check, the stream rules."""

from amaranth.hdl import Assume, ClockDomain, ClockSignal, Module, Signal, Value

from hw.params import StageParams
from sw.tables.grid import Grid, UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Taps

Property = tuple[Module, list[Value]]
"""A module that contains assertions, and the inputs that the checker may choose freely."""

CLOCK = Signal(name="clock")


def small_params(family: str, frac_bits: int, scale: int = 2, **choices: int) -> StageParams:
    """A small stage with one blank table: no property depends on the entries."""
    blank = stage(FAMILIES[family], UniformGrid(frac_bits), scale)
    sizes = {"channels": 1, "lanes": 4, "max_width": 3, "pixels_per_beat": 2}
    return StageParams(stage=blank, **{**sizes, **choices})


def stage(taps: Taps, grid: Grid, scale: int) -> Stage:
    """A stage of one blank table."""
    return Stage(scale, "reflect", (Table.blank(taps, grid, scale),))


def module() -> Module:
    """A module whose clock is an input and that has no reset."""
    m = Module()
    # No reset: the checker starts from the initial values. The clock must be an input of the top
    # module: an undriven clock never ticks, and then every property holds.
    m.domains.sync = ClockDomain(reset_less=True)
    m.d.comb += ClockSignal().eq(CLOCK)
    return m


def holds(m: Module, interface: object) -> Value:
    """The stream rule: a payload that was stalled a clock ago is still offered, unchanged."""
    payload = Value.cast(interface.payload)
    stalled, previous = Signal(), Signal(len(payload))
    m.d.sync += [stalled.eq(interface.valid & ~interface.ready), previous.eq(payload)]
    return ~stalled | (interface.valid & (payload == previous))


def stays(m: Module, interface: object) -> Value:
    """The part of the stream rule without the payload: what was stalled is still offered."""
    return ~later(m, interface.valid & ~interface.ready, 1) | interface.valid


def equal_lines(m: Module, interface: object, width: int) -> None:
    """Assume that all lines of a frame have one length, at most ``width`` pixels."""
    x, last = Signal(range(width + 1)), Signal(range(width))
    known = Signal()
    line_last = interface.payload.line_last
    with m.If(interface.valid):
        m.d.comb += Assume(x < width)
        m.d.comb += Assume(~known | (line_last == (x == last)))
        m.d.comb += Assume((x != width - 1) | line_last)
        m.d.comb += Assume(~interface.payload.frame_last | line_last)
    with m.If(interface.valid & interface.ready):
        m.d.sync += x.eq(x + 1)
        with m.If(line_last):
            m.d.sync += [x.eq(0), last.eq(x), known.eq(~interface.payload.frame_last)]


def later(m: Module, value: Value, clocks: int) -> Signal:
    """``value`` delayed by ``clocks`` clocks; 0 before its first value arrives."""
    for _ in range(clocks):
        register = Signal(len(value))
        m.d.sync += register.eq(value)
        value = register
    return value
