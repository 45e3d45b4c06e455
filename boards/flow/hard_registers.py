"""Move flip-flops into the registers inside ECP5's block RAMs and multipliers.

Yosys leaves these registers unused. A block RAM has a clock-to-output time of 5.6 ns, or of 1 ns
with its output register; a multiplier has a set-up time of 3.5 ns, or of 0.1 ns with its input
registers (speed grade 6, nextpnr's data).
"""

from collections import defaultdict

FLIP_FLOP = "TRELLIS_FF"


class Netlist:
    """The top module of a netlist in Yosys's JSON; the methods change it in place.

    Parameters
    ----------
    module : dict
        The module as in the JSON, with ``cells`` and ``ports``.
    """

    def __init__(self, module: dict) -> None:
        self.cells = module["cells"]
        self._ports = {bit for port in module["ports"].values() for bit in port["bits"]}
        self._loads = defaultdict(list)
        self._flip_flops = {
            bit: name
            for name, cell in self.cells.items()
            if cell["type"] == FLIP_FLOP
            for bit in cell["connections"]["Q"]
        }
        for name, cell in self.cells.items():
            for port, bits in cell["connections"].items():
                if cell["port_directions"][port] == "input":
                    for bit in bits:
                        self._loads[bit].append((name, port))

    def use_hard_registers(self) -> int:
        """Use the hard registers of all cells; return the number of removed flip-flops."""
        before = len(self.cells)
        # Block RAMs first: a register between a block RAM and a multiplier goes to the block RAM.
        for cell_type, use in (("DP16KD", self._block_ram), ("MULT18X18D", self._multiplier)):
            for name in [name for name, cell in self.cells.items() if cell["type"] == cell_type]:
                use(name, self.cells[name])
        return before - len(self.cells)

    def _block_ram(self, _: str, cell: dict) -> None:
        # A 36-bit memory has one read port: its outputs are those of A and B, on the clock of B.
        wide = int(cell["parameters"]["DATA_WIDTH_B"], 2) == 36
        for ports in ("AB",) if wide else ("A", "B"):
            outputs = [
                name for port in ports for name in cell["connections"] if _is_bus(name, f"DO{port}")
            ]
            controls = self._take(cell, outputs, cell["connections"].get(f"CLK{ports[-1]}"))
            if controls is None:
                continue
            for port in ports:
                cell["parameters"][f"REGMODE_{port}"] = "OUTREG"
                _connect(cell, f"OCE{port}", controls["enable"])

    def _multiplier(self, name: str, cell: dict) -> None:
        outputs = [port for port in cell["connections"] if _is_bus(port, "P")]
        controls = self._take(cell, outputs, None)
        if controls is None:
            return
        _connect(cell, "CLK0", controls["clock"])
        _connect(cell, "CE0", controls["enable"])
        _connect(cell, "RST0", ["0"])
        registers = ["OUTPUT"]
        if self._take_before(name, cell, controls):
            registers += ["INPUTA", "INPUTB"]  # nextpnr supports both or neither
        for register in registers:
            for signal in ("CLK", "CE", "RST"):
                cell["parameters"][f"REG_{register}_{signal}"] = f"{signal}0"

    def _take_before(self, name: str, cell: dict, controls: dict) -> bool:
        """Move the flip-flops of both factors into the multiplier.

        Only if every bit has a flip-flop with these ``controls``; returns whether that is so. A
        flip-flop that also drives other cells stays in the netlist as well.
        """
        before = {}
        for port, bits in cell["connections"].items():
            if _is_bus(port, "A") or _is_bus(port, "B"):
                for bit in bits:
                    if bit in ("0", "x"):
                        continue
                    register = self._flip_flops.get(bit)
                    if register is None or _controls(self.cells[register]) != controls:
                        return False
                    before[port] = register
        for port, register in before.items():
            (bit,) = cell["connections"][port]
            self._loads[bit].remove((name, port))
            (source,) = cell["connections"][port] = list(self.cells[register]["connections"]["DI"])
            self._loads[source].append((name, port))
            if not self._loads[bit] and bit not in self._ports:
                self._loads[source].remove((register, "DI"))
                del self.cells[register]
        return True

    def _take(self, cell: dict, outputs: list[str], clock: list | None) -> dict | None:
        """Move the flip-flops behind ``outputs`` into the cell.

        Only if every connected output drives one flip-flop and nothing else, and all flip-flops
        have the same controls, with ``clock`` if that is given. Returns the controls, or None if
        nothing was moved.
        """
        behind = {}
        for name in outputs:
            (bit,) = cell["connections"][name]
            loads = self._loads.get(bit, [])
            if not loads and bit not in self._ports:
                continue  # unconnected
            if len(loads) != 1 or bit in self._ports:
                return None
            register, port = loads[0]
            if port != "DI" or self.cells[register]["type"] != FLIP_FLOP:
                return None
            behind[name] = register
        if not behind:
            return None
        controls, *others = [_controls(self.cells[register]) for register in behind.values()]
        if any(other != controls for other in others) or not controls["plain"]:
            return None
        if clock is not None and clock != controls["clock"]:
            return None
        for name, register in behind.items():
            (bit,) = cell["connections"][name] = self.cells.pop(register)["connections"]["Q"]
            del self._flip_flops[bit]
        return controls


def _is_bus(port: str, bus: str) -> bool:
    return port.startswith(bus) and port[len(bus) :].isdigit()


def _controls(register: dict) -> dict:
    """Clock and enable of a flip-flop; ``plain``: rising edge, no reset, initial value 0."""
    parameters, connections = register["parameters"], register["connections"]
    enable = connections.get("CE") if parameters.get("CEMUX") == "CE" else None
    return {
        "clock": connections["CLK"],
        "enable": enable or ["1"],
        "plain": parameters.get("CLKMUX", "CLK") == "CLK"
        and parameters.get("REGSET", "RESET") == "RESET"
        and (connections.get("LSR") or ["0"]) in (["0"], ["x"]),
    }


def _connect(cell: dict, port: str, bits: list) -> None:
    cell["connections"][port] = bits
    cell["port_directions"][port] = "input"
