"""What Platform Designer calls the bus interfaces."""

from hw.packaging.ports import CLOCK, INTERRUPT, LITE, RESET, STREAM

TYPES = {
    STREAM: "axi4stream",
    LITE: "axi4lite",
    CLOCK: "clock",
    RESET: "reset",
    INTERRUPT: "interrupt",
}
"""The type of each kind of interface."""

ROLES = {"CLK": "clk", "RST": "reset_n", "INTERRUPT": "irq"}
"""The role of a port by its logical name, where it is not that name in small letters."""
