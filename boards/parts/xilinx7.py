"""What only Xilinx's 7 series has: clocks and double-rate outputs of pairs."""

from amaranth.hdl import ClockSignal, Instance, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.io import DifferentialPort
from amaranth.lib.wiring import In, Out

VCO_MHZ = 600, 1440
PHASE_DETECTOR_MHZ = 10, 500
MULTIPLY = 2, 64
DIVIDE = 1, 106
OUTPUT_DIVIDE = 1, 128
"""Limits of an MMCM, speed grade 2 of Kintex-7."""


def mmcm_rates(
    mhz: float, divide: int, multiply: float, outputs: tuple[int, ...]
) -> tuple[float, ...]:
    """Rates of an MMCM's outputs in MHz.

    Raises
    ------
    ValueError
        If the part cannot do it.
    """
    if (8 * multiply) % 1:
        raise ValueError(f"the factor {multiply} is not in eighths")
    detector = mhz / divide
    vco = detector * multiply
    numbers = [(divide, DIVIDE), (multiply, MULTIPLY), *((each, OUTPUT_DIVIDE) for each in outputs)]
    for value, (low, high) in numbers:
        if not low <= value <= high:
            raise ValueError(f"{value} is outside {low} to {high}")
    for value, (low, high) in ((detector, PHASE_DETECTOR_MHZ), (vco, VCO_MHZ)):
        if not low <= value <= high:
            raise ValueError(f"{value} MHz is outside {low} to {high} MHz")
    return tuple(vco / each for each in outputs)


class Mmcm(wiring.Component):
    """An MMCM: output n has the rate of input / divide × multiply / outputs[n].

    All outputs have a clock net, and their edges lie together.

    Parameters
    ----------
    mhz : float
        Of the input.
    divide : int
        Of the input.
    multiply : float
        In eighths.
    outputs : tuple of int
        One to seven divisors.

    Members
    -------
    i : In(1)
        Clock.
    hold : In(1)
        Keep it in reset.
    o : Out(1), for each output
        Clocks.
    locked : Out(1)
        They are stable.
    """

    def __init__(
        self, *, mhz: float, divide: int, multiply: float, outputs: tuple[int, ...]
    ) -> None:
        self.divide, self.multiply, self.outputs = divide, multiply, outputs
        self.input_mhz, self.mhz = mhz, mmcm_rates(mhz, divide, multiply, outputs)
        super().__init__(
            {"i": In(1), "hold": In(1), "o": Out(1).array(len(outputs)), "locked": Out(1)}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        ports, feedback = {}, Signal()
        for n, (divisor, o) in enumerate(zip(self.outputs, self.o, strict=True)):
            clock = Signal(name=f"clock{n}")
            # Output 0 alone takes fractions.
            parameter = "p_CLKOUT0_DIVIDE_F" if n == 0 else f"p_CLKOUT{n}_DIVIDE"
            ports |= {parameter: float(divisor) if n == 0 else divisor, f"o_CLKOUT{n}": clock}
            m.submodules[f"net{n}"] = Instance("BUFG", i_I=clock, o_O=o)
        m.submodules.mmcm = Instance(
            "MMCME2_BASE",
            p_CLKIN1_PERIOD=1000 / self.input_mhz,
            p_DIVCLK_DIVIDE=self.divide,
            p_CLKFBOUT_MULT_F=float(self.multiply),
            i_CLKIN1=self.i,
            i_CLKFBIN=feedback,
            o_CLKFBOUT=feedback,
            i_RST=self.hold,
            i_PWRDWN=0,
            o_LOCKED=self.locked,
            **ports,
        )
        return m


class DdrOutput(wiring.Component):
    """Two bits in each clock of the domain ``shift``, on a pair.

    Parameters
    ----------
    port : DifferentialPort
        One pair.

    Members
    -------
    i : In(2)
        Bit 0 is for the first half of the clock.
    """

    def __init__(self, port: DifferentialPort) -> None:
        self.port = port
        super().__init__({"i": In(2)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        bit = Signal()
        m.submodules.ddr = Instance(
            "ODDR",
            p_DDR_CLK_EDGE="SAME_EDGE",
            i_C=ClockSignal("shift"),
            i_CE=1,
            i_R=0,
            i_S=0,
            i_D1=self.i[0],
            i_D2=self.i[1],
            o_Q=bit,
        )
        m.submodules.buffer = Instance("OBUFDS", i_I=bit, o_O=self.port.params, o_OB=self.port.n)
        return m
