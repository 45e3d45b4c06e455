"""What is in each kind of package."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from amaranth.lib import wiring

from hw.control.register_map import register_map
from hw.control.registers import ERRORS, VERILOG
from hw.core_params import CoreParams
from hw.emit import verilog_files
from hw.packaging import litex, quartus, vivado
from hw.packaging.example import make_example
from hw.packaging.ports import LITE, Port, bus_interfaces, plain_ports, top_ports
from hw.packaging.templates import FOLDER, render
from sw import __version__

KINDS = {
    "fusesoc": {"{name}.core": "fusesoc.core.j2"},
    "vivado": {"component.xml": "component.xml.j2", "package_ip.tcl": "package_ip.tcl.j2"},
    "litex": {"{name}_litex.py": "litex.py.j2"},
    "quartus": {"{name}_hw.tcl": "hw.tcl.j2"},
}
"""For each kind of package, the template of each of its own files."""

MODULES = "bench", "random_pause", "video_checker", "video_source"
"""Modules of the example system for all cores; files of their names have them."""

REGISTERS_MODULE = "register_master"
"""Module of the example system for cores with registers."""

HEADER = VERILOG.with_name("srlut_registers.h")
"""The registers for C."""

EXAMPLE_MODULES = (*MODULES, REGISTERS_MODULE, "clocked_bench", "example_system")
"""Names that the top module must not have."""


def package_files(
    kind: str,
    component: wiring.Component,
    params: CoreParams,
    name: str,
    modules: Sequence[Path] = (),
) -> dict[str, bytes]:
    """The files of a package by their paths in it.

    Parameters
    ----------
    kind : str
        A key of ``KINDS``.
    component : wiring.Component
        The top module.
    params : CoreParams
        Parameters of the core in it.
    name : str
        Name of the top module, none of ``EXAMPLE_MODULES``.
    modules : sequence of Path
        As for :func:`hw.emit.verilog_files`.

    Raises
    ------
    BadInput
        If Yosys fails.
    """
    with tempfile.TemporaryDirectory() as work:
        written = verilog_files(component, Path(work), name, modules=modules)
    core = {path.name: contents for path, contents in written.items()}
    ports = top_ports(component)
    example = make_example(params, ports)
    values = template_values(kind, name, params, ports) | {
        "example": example,
        "hex_files": [file for file in core if file.endswith(".hex")],
    }
    own = {
        file.format(name=name): render(template, **values)
        for file, template in {"README.md": "README.md.j2", **KINDS[kind]}.items()
    }
    texts = {
        **own,
        "sim/example_system.sv": render("sim/example_system.sv.j2", **values),
        "sim/run.sh": render("sim/run.sh.j2", **values),
        f"sim/{name}_sizes.hex": example.sizes,
        f"sim/{name}_expected.hex": example.expected,
    }
    copies = {
        f"sim/{file}": FOLDER / "sim" / file
        for file in ("clocked_bench.sv", "main.cpp", *(f"{n}.sv" for n in values["modules"]))
    }
    if values["registers"]:
        copies[f"driver/{HEADER.name}"] = HEADER
    return {
        **{f"rtl/{file}": contents for file, contents in core.items()},
        **{file: text.encode() for file, text in texts.items()},
        **{file: source.read_bytes() for file, source in copies.items()},
    }


def template_values(
    kind: str, name: str, params: CoreParams, ports: list[Port]
) -> dict[str, object]:
    """What the templates say about a core with ``ports``."""
    buses, plain = bus_interfaces(ports), plain_ports(ports)
    scale = params.upsampler.scale
    registers = register_map() if any(bus.kind == LITE for bus in buses) else {}
    events = {event: 1 for event, _ in ERRORS.values()}
    return {
        "kind": kind,
        "name": name,
        "vendor": "srlut",
        "library": "video",
        "version": __version__,
        "description": f"video in {params.colour} enlarged {scale} times by look-up tables",
        "params": params,
        "ports": ports,
        "port_bits": {port.name: port.bits for port in ports},
        "buses": buses,
        "plain_ports": plain,
        "registers": registers,
        "errors": registers["EVENTS"].value(**events) if registers else 0,
        "modules": [*MODULES, REGISTERS_MODULE] if registers else MODULES,
        "sample_bits": params.sample_bits,
        "input_pixels": params.input_bits // params.pixel.size,
        # Vivado takes two numbers.
        "vivado_version": ".".join(__version__.split(".")[:2]),
        "vivado_types": vivado.TYPES,
        "vivado_parameters": vivado.bus_parameters(buses),
        "vivado_families": vivado.FAMILIES,
        "vivado_range": vivado.ADDRESS_RANGE,
        "memory_map": vivado.memory_map("s_axi_control") if registers else "",
        "litex_names": litex.NAMES,
        "litex_signals": litex.signals(buses, plain),
        "quartus_types": quartus.TYPES,
        "quartus_roles": quartus.ROLES,
    }
