"""Move flip-flops into the registers that ECP5's block RAMs and multipliers have of their own.

Yosys does not use them. A block RAM answers 5.6 ns after the clock, from its own output register
1 ns after it (speed grade 6, by nextpnr's data). A multiplier that has registers for its factors
does not ask for them some nanoseconds before the clock.
"""

from collections import defaultdict

FLIP_FLOP = "TRELLIS_FF"


class Netlist:
    """The top module of a netlist in Yosys's JSON, changed in place.

    Parameters
    ----------
    module : dict
        As in the JSON: ``cells`` and ``ports``.
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
        """Do so for all cells; the flip-flops that are gone."""
        before = len(self.cells)
        # What goes into a multiplier may be behind a block RAM: that has the first choice.
        kinds = ("DP16KD", self._block_ram), ("MULT18X18D", self._multiplier)
        for kind, use in kinds:
            for name in [name for name, cell in self.cells.items() if cell["type"] == kind]:
                use(name, self.cells[name])
        return before - len(self.cells)

    def _block_ram(self, _: str, cell: dict) -> None:
        # 36 bits wide, a memory has one port to read: both halves of the outputs, clocked as B.
        wide = int(cell["parameters"]["DATA_WIDTH_B"], 2) == 36
        for half in ("AB",) if wide else ("A", "B"):
            outputs = [
                name for each in half for name in cell["connections"] if _is_bus(name, f"DO{each}")
            ]
            taken = self._take(cell, outputs, cell["connections"].get(f"CLK{half[-1]}"))
            if taken is None:
                continue
            for each in half:
                cell["parameters"][f"REGMODE_{each}"] = "OUTREG"
                _connect(cell, f"OCE{each}", taken["enable"])

    def _multiplier(self, name: str, cell: dict) -> None:
        outputs = [port for port in cell["connections"] if _is_bus(port, "P")]
        taken = self._take(cell, outputs, None)
        if taken is None:
            return
        _connect(cell, "CLK0", taken["clock"])
        _connect(cell, "CE0", taken["enable"])
        _connect(cell, "RST0", ["0"])
        of = ["OUTPUT"]
        if self._take_before(name, cell, taken):
            of += ["INPUTA", "INPUTB"]  # nextpnr knows none or both
        for each in of:
            for what, value in (("CLK", "CLK0"), ("CE", "CE0"), ("RST", "RST0")):
                cell["parameters"][f"REG_{each}_{what}"] = value

    def _take_before(self, name: str, cell: dict, kind: dict) -> bool:
        """Copy the flip-flops before both factors, if all have one of that ``kind``.

        Those that nothing else reads then go.
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
        """Replace the flip-flops behind ``outputs``, if all have one and these are alike.

        Returns what clocks and enables them, or None if they stay.
        """
        behind = {}
        for name in outputs:
            bits = cell["connections"][name]
            loads = self._loads.get(bits[0], []) if bits else []
            if not loads and bits[0] not in self._ports:
                continue  # leads nowhere
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
    """What clocks and enables a flip-flop, and whether it has no reset and begins with 0."""
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
