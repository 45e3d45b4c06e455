"""The registers of the core, read from the IP-XACT that is generated from registers.rdl."""

from dataclasses import dataclass
from xml.etree import ElementTree

from hw.control.registers import VERILOG

XML = VERILOG.with_name("srlut_registers_2009.xml")

HEADER = VERILOG.with_name("srlut_registers.h")
"""Header of the registers for C."""

NAMESPACES = {"spirit": "http://www.spiritconsortium.org/XMLSchema/SPIRIT/1685-2009"}


@dataclass(frozen=True)
class Register:
    """Place of a register, and (offset, width) of its fields in bits."""

    offset: int
    fields: dict[str, tuple[int, int]]

    def mask(self, field: str) -> int:
        """The bits of ``field``."""
        offset, width = self.fields[field]
        return (1 << width) - 1 << offset


def _number(element: ElementTree.Element, name: str) -> int:
    return int(element.findtext(f"spirit:{name}", namespaces=NAMESPACES), 0)


def _name(element: ElementTree.Element) -> str:
    return element.findtext("spirit:name", namespaces=NAMESPACES)


def read_registers() -> dict[str, Register]:
    """All registers by their names."""
    found = {}
    for register in ElementTree.parse(XML).iterfind(".//spirit:register", NAMESPACES):
        fields = {
            _name(field): (_number(field, "bitOffset"), _number(field, "bitWidth"))
            for field in register.iterfind("spirit:field", NAMESPACES)
        }
        found[_name(register)] = Register(_number(register, "addressOffset"), fields)
    return found


def memory_map(name: str, size: int) -> str:
    """The memory map as an element of IP-XACT called ``name``; its block has ``size`` bytes."""
    element = ElementTree.parse(XML).find(".//spirit:memoryMap", NAMESPACES)
    element.find("spirit:name", NAMESPACES).text = name
    block = element.find("spirit:addressBlock", NAMESPACES)
    block.find("spirit:range", NAMESPACES).text = str(size)
    ElementTree.register_namespace("spirit", NAMESPACES["spirit"])
    return ElementTree.tostring(element, encoding="unicode").strip()
