"""What the properties share: small stages, a module to check, what streams must do."""

from amaranth.hdl import ClockDomain, ClockSignal, Module, Signal, Value

from hw.params import StageParams
from sw.tables.files import FAMILIES
from sw.tables.grid import Grid, UniformGrid
from sw.tables.spec import Stage, Table, Taps

Property = tuple[Module, list[Value]]
"""A module with assertions in it, and its free inputs."""

CLOCK = Signal(name="clock")


def small_params(family: str, frac_bits: int, scale: int = 2, **choices: int) -> StageParams:
    """A small stage; what its table holds does not matter to any property."""
    of = stage(FAMILIES[family], UniformGrid(frac_bits), scale)
    sizes = {"channels": 1, "lanes": 4, "max_width": 3, "pixels_per_beat": 2}
    return StageParams(stage=of, **{**sizes, **choices})


def stage(taps: Taps, grid: Grid, scale: int) -> Stage:
    """A stage of one table full of zeros."""
    return Stage(scale, "reflect", (Table.blank(taps, grid, scale),))


def module() -> Module:
    """A module whose clock is an input and which has no reset."""
    m = Module()
    # No reset: the model checker begins with the initial values. The clock has to be an input of
    # the top: a clock that nothing drives never ticks, and any property holds.
    m.domains.sync = ClockDomain(reset_less=True)
    m.d.comb += ClockSignal().eq(CLOCK)
    return m


def holds(m: Module, interface: object) -> Value:
    """Whether a stream keeps what it offered in the clock before and was not taken."""
    payload = Value.cast(interface.payload)
    waited, before = Signal(), Signal(len(payload))
    m.d.sync += [waited.eq(interface.valid & ~interface.ready), before.eq(payload)]
    return ~waited | (interface.valid & (payload == before))


def later(m: Module, value: Value, clocks: int) -> Signal:
    """``value`` some clocks later, 0 before."""
    for _ in range(clocks):
        later = Signal(len(value))
        m.d.sync += later.eq(value)
        value = later
    return value
