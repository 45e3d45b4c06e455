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
        """Use the hard registers of all cells; return how many flip-flops became unnecessary."""
        before = len(self.cells)
        # A register between a block RAM and a multiplier goes to the block RAM.
        kinds = ("DP16KD", self._block_ram), ("MULT18X18D", self._multiplier)
        for kind, use in kinds:
            for name in [name for name, cell in self.cells.items() if cell["type"] == kind]:
                use(name, self.cells[name])
        return before - len(self.cells)

    def _block_ram(self, _: str, cell: dict) -> None:
        # A memory of 36 bits has one read port: both halves of the outputs, clocked as B.
        wide = int(cell["parameters"]["DATA_WIDTH_B"], 2) == 36
        for half in ("AB",) if wide else ("A", "B"):
            outputs = [
                name for port in half for name in cell["connections"] if _is_bus(name, f"DO{port}")
            ]
            taken = self._take(cell, outputs, cell["connections"].get(f"CLK{half[-1]}"))
            if taken is None:
                continue
            for port in half:
                cell["parameters"][f"REGMODE_{port}"] = "OUTREG"
                _connect(cell, f"OCE{port}", taken["enable"])

    def _multiplier(self, name: str, cell: dict) -> None:
        outputs = [port for port in cell["connections"] if _is_bus(port, "P")]
        taken = self._take(cell, outputs, None)
        if taken is None:
            return
        _connect(cell, "CLK0", taken["clock"])
        _connect(cell, "CE0", taken["enable"])
        _connect(cell, "RST0", ["0"])
        registers = ["OUTPUT"]
        if self._take_before(name, cell, taken):
            registers += ["INPUTA", "INPUTB"]  # nextpnr supports both or neither
        for register in registers:
            for control, value in (("CLK", "CLK0"), ("CE", "CE0"), ("RST", "RST0")):
                cell["parameters"][f"REG_{register}_{control}"] = value

    def _take_before(self, name: str, cell: dict, kind: dict) -> bool:
        """Copy the flip-flops of both factors into the cell, if all bits have one of ``kind``.

        Flip-flops without another reader are removed. Returns whether it was done.
        """
        before = {}
        for port, bits in cell["connections"].items():
            if _is_bus(port, "A") or _is_bus(port, "B"):
                for bit in bits:
                    if bit in ("0", "x"):
                        continue
                    register = self._flip_flops.get(bit)
                    if register is None or _controls(self.cells[register]) != kind:
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
        """Remove the flip-flops behind ``outputs``, if all bits have one and all are of one kind.

        Returns their clock and enable, or None if nothing was changed.
        """
        behind = {}
        for name in outputs:
            bits = cell["connections"][name]
            loads = self._loads.get(bits[0], []) if bits else []
            if not loads and bits[0] not in self._ports:
                continue  # unconnected
            if len(loads) != 1 or bits[0] in self._ports:
                return None
            register, port = loads[0]
            if port != "DI" or self.cells[register]["type"] != FLIP_FLOP:
                return None
            behind[name] = register
        kinds = [_controls(self.cells[register]) for register in behind.values()]
        if not kinds or any(kind != kinds[0] for kind in kinds) or not kinds[0]["plain"]:
            return None
        if clock is not None and clock != kinds[0]["clock"]:
            return None
        for name, register in behind.items():
            (bit,) = cell["connections"][name] = self.cells.pop(register)["connections"]["Q"]
            del self._flip_flops[bit]
        return kinds[0]


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
