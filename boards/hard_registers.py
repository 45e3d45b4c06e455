"""Move flip-flops into the registers that ECP5's block RAMs and multipliers have of their own.

Yosys does not use them. A block RAM answers 5.6 ns after the clock, from its own output register
1 ns after it (speed grade 6, by nextpnr's data).
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
        for name, cell in self.cells.items():
            for port, bits in cell["connections"].items():
                if cell["port_directions"][port] == "input":
                    for bit in bits:
                        self._loads[bit].append((name, port))

    def use_hard_registers(self) -> int:
        """Do so for all cells; the flip-flops that are gone."""
        before = len(self.cells)
        for cell in list(self.cells.values()):
            if cell["type"] == "DP16KD":
                self._block_ram(cell)
            elif cell["type"] == "MULT18X18D":
                self._multiplier(cell)
        return before - len(self.cells)

    def _block_ram(self, cell: dict) -> None:
        # 36 bits wide, a memory has one port to read: both halves of the outputs, clocked as B.
        wide = int(cell["parameters"]["DATA_WIDTH_B"], 2) == 36
        for half in ("AB",) if wide else ("A", "B"):
            outputs = [
                name for each in half for name in cell["connections"] if _is_data(name, each)
            ]
            taken = self._take(cell, outputs, cell["connections"].get(f"CLK{half[-1]}"))
            if taken is None:
                continue
            for each in half:
                cell["parameters"][f"REGMODE_{each}"] = "OUTREG"
                _connect(cell, f"OCE{each}", taken["enable"])

    def _multiplier(self, cell: dict) -> None:
        outputs = [name for name in cell["connections"] if name[0] == "P" and name[1:].isdigit()]
        taken = self._take(cell, outputs, None)
        if taken is not None:
            _connect(cell, "CLK0", taken["clock"])
            _connect(cell, "CE0", taken["enable"])
            _connect(cell, "RST0", ["0"])
            for name, value in (("CLK", "CLK0"), ("CE", "CE0"), ("RST", "RST0")):
                cell["parameters"][f"REG_OUTPUT_{name}"] = value

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
            cell["connections"][name] = self.cells.pop(register)["connections"]["Q"]
        return kinds[0]


def _is_data(name: str, half: str) -> bool:
    return name.startswith(f"DO{half}") and name[3:].isdigit()


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
