"""The register map as Python data, from the IP-XACT that is generated of registers.rdl."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

IP_XACT = Path(__file__).with_name("generated") / "srlut_registers.xml"

_NAMESPACE = {"x": "http://www.accellera.org/XMLSchema/IPXACT/1685-2014"}


@dataclass(frozen=True)
class Field:
    """Bits ``shift`` to ``shift + width - 1`` of a register."""

    shift: int
    width: int

    def of(self, value: int) -> int:
        """The field in the ``value`` of its register."""
        return value >> self.shift & ((1 << self.width) - 1)


@dataclass(frozen=True)
class Register:
    """A register: its byte offset, and its fields by name."""

    offset: int
    fields: dict[str, Field]

    def value(self, **fields: int) -> int:
        """The register with these fields, all others 0."""
        return sum(number << self.fields[name].shift for name, number in fields.items())


@cache
def register_map() -> dict[str, Register]:
    """Every register by name, in the order of the offsets."""
    registers = {}
    for node in ElementTree.parse(IP_XACT).getroot().iterfind(".//x:register", _NAMESPACE):
        fields = {
            _text(field, "name"): Field(_number(field, "bitOffset"), _number(field, "bitWidth"))
            for field in node.iterfind("x:field", _NAMESPACE)
        }
        registers[_text(node, "name")] = Register(_number(node, "addressOffset"), fields)
    return registers


def _text(node: ElementTree.Element, name: str) -> str:
    return node.findtext(f"x:{name}", namespaces=_NAMESPACE)


def _number(node: ElementTree.Element, name: str) -> int:
    text = _text(node, name)
    return int(text.removeprefix("'h"), 16 if text.startswith("'h") else 10)
