"""Clock generators and double-rate outputs of Xilinx's 7 series."""

from amaranth.hdl import ClockSignal, Instance, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.io import DifferentialPort
from amaranth.lib.wiring import In, Out

VCO_MHZ = 600, 1440
PHASE_DETECTOR_MHZ = 10, 500
MULTIPLY = 2, 64
DIVIDE = 1, 106
OUTPUT_DIVIDE = 1, 128
"""Limits of an MMCM of Kintex-7, speed grade 2."""


def mmcm_rates(
    mhz: float, divide: int, multiply: float, outputs: tuple[int, ...]
) -> tuple[float, ...]:
    """Rates of an MMCM's outputs in MHz.

    Raises
    ------
    ValueError
        If the MMCM cannot do it.
    """
    if (8 * multiply) % 1:
        raise ValueError(f"multiply is {multiply}; it must be a multiple of 1/8")
    detector = mhz / divide
    vco = detector * multiply
    for name, value, (low, high) in (
        ("divide", divide, DIVIDE),
        ("multiply", multiply, MULTIPLY),
        *(("a divisor of outputs", divisor, OUTPUT_DIVIDE) for divisor in outputs),
        ("the phase detector rate in MHz", detector, PHASE_DETECTOR_MHZ),
        ("the VCO rate in MHz", vco, VCO_MHZ),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} is {value}; it must be from {low} to {high}")
    return tuple(vco / divisor for divisor in outputs)


class Mmcm(wiring.Component):
    """An MMCM: the rate of output n is input / divide × multiply / outputs[n].

    All outputs drive global clock nets and are in phase.

    Parameters
    ----------
    mhz : float
        Rate of the input.
    divide : int
        Divisor of the input.
    multiply : float
        Multiplier of the VCO, a multiple of 1/8.
    outputs : tuple of int
        One to seven divisors of the VCO.

    Members
    -------
    i : In(1)
        Input clock.
    hold : In(1)
        Hold the MMCM in reset.
    o : Out(1), for each output
        Output clocks.
    locked : Out(1)
        The output clocks are stable.
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
            # Only output 0 accepts a fractional divisor, with another parameter name.
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
    """Send two bits per clock of the domain ``shift`` to a differential pair.

    Parameters
    ----------
    port : DifferentialPort
        The pair.

    Members
    -------
    i : In(2)
        Bit 0 is sent in the first half of the clock.
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
        m.submodules.buffer = Instance("OBUFDS", i_I=bit, o_O=self.port.p, o_OB=self.port.n)
        return m
