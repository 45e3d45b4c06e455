"""PLLs and double-rate outputs of the ECP5."""

from amaranth.hdl import ClockSignal, Instance, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.io import Buffer, PortLike
from amaranth.lib.wiring import In, Out

VCO_MHZ = 400, 800
PHASE_DETECTOR_MHZ = 10, 400
"""Limits of a PLL of the ECP5."""


def pll_rates(
    mhz: float, divide: int, multiply: int, outputs: tuple[int, ...]
) -> tuple[float, ...]:
    """Rates of a PLL's outputs in MHz.

    Raises
    ------
    ValueError
        If the PLL cannot do it.
    """
    detector = mhz / divide
    vco = detector * multiply * outputs[0]
    for name, value, (low, high) in (
        ("the phase detector rate in MHz", detector, PHASE_DETECTOR_MHZ),
        ("the VCO rate in MHz", vco, VCO_MHZ),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} is {value}; it must be from {low} to {high}")
    return tuple(vco / divisor for divisor in outputs)


class Pll(wiring.Component):
    """A PLL: the rate of output n is input / divide × multiply × outputs[0] / outputs[n].

    Parameters
    ----------
    mhz : float
        Rate of the input.
    divide, multiply : int
        Divisors of the input and of the feedback, which is output 0.
    outputs : tuple of int
        One to three divisors of the VCO.

    Members
    -------
    i : In(1)
        Input clock.
    hold : In(1)
        Hold the PLL in reset.
    o : Out(1), for each output
        Output clocks.
    locked : Out(1)
        The output clocks are stable.
    """

    def __init__(self, *, mhz: float, divide: int, multiply: int, outputs: tuple[int, ...]) -> None:
        self.divide, self.multiply, self.outputs = divide, multiply, outputs
        self.mhz = pll_rates(mhz, divide, multiply, outputs)
        super().__init__(
            {"i": In(1), "hold": In(1), "o": Out(1).array(len(outputs)), "locked": Out(1)}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        ports = {}
        for name, divisor, o in zip(("OP", "OS", "OS2"), self.outputs, self.o, strict=False):
            ports |= {
                f"p_CLK{name}_ENABLE": "ENABLED",
                f"p_CLK{name}_DIV": divisor,
                f"p_CLK{name}_CPHASE": divisor - 1,
                f"p_CLK{name}_FPHASE": 0,
                f"o_CLK{name}": o,
            }
        m.submodules.pll = Instance(
            "EHXPLLL",
            a_ICP_CURRENT="12",
            a_LPF_RESISTOR="8",
            a_MFG_ENABLE_FILTEROPAMP="1",
            a_MFG_GMCREF_SEL="2",
            p_PLLRST_ENA="ENABLED",
            p_INTFB_WAKE="DISABLED",
            p_STDBY_ENABLE="DISABLED",
            p_DPHASE_SOURCE="DISABLED",
            p_OUTDIVIDER_MUXA="DIVA",
            p_OUTDIVIDER_MUXB="DIVB",
            p_OUTDIVIDER_MUXC="DIVC",
            p_CLKI_DIV=self.divide,
            p_CLKFB_DIV=self.multiply,
            p_FEEDBK_PATH="CLKOP",
            i_CLKI=self.i,
            i_CLKFB=self.o[0],
            i_RST=self.hold,
            i_STDBY=0,
            i_ENCLKOP=0,
            i_ENCLKOS=0,
            i_ENCLKOS2=0,
            i_PLLWAKESYNC=0,
            i_PHASESEL0=0,
            i_PHASESEL1=0,
            i_PHASEDIR=0,
            i_PHASESTEP=0,
            i_PHASELOADREG=0,
            o_LOCK=self.locked,
            **ports,
        )
        return m


class DdrOutput(wiring.Component):
    """Send two bits per clock of the domain ``shift`` to a pin or a pair.

    Parameters
    ----------
    port : PortLike
        A pin or a differential pair.

    Members
    -------
    i : In(2)
        Bit 0 is sent in the first half of the clock.
    """

    def __init__(self, port: PortLike) -> None:
        self.port = port
        super().__init__({"i": In(2)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.buffer = buffer = Buffer("o", self.port)
        bit = Signal()
        m.submodules.ddr = Instance(
            "ODDRX1F",
            i_SCLK=ClockSignal("shift"),
            i_RST=0,
            i_D0=self.i[0],
            i_D1=self.i[1],
            o_Q=bit,
        )
        m.d.comb += buffer.o.eq(bit)
        return m
