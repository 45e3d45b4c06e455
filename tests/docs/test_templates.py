"""The templates of docs/integration.md beside a generated core."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Shape, Value

from cores import make_core
from hw.core import Core
from hw.emit import write_verilog
from tools import verilator

PAGE = (Path(__file__).parents[2] / "docs" / "integration.md").read_text()
CORE = make_core("S", 6, 4, lanes=2, max_width=960, max_height=540, pixels_per_beat=4)


def blocks(language):
    """The fenced blocks of the page in ``language``."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """A core, and the folder with its Verilog."""
    folder, core = tmp_path_factory.mktemp("core"), Core(CORE)
    write_verilog(core, folder, "srlut")
    return core, folder


@pytest.fixture(scope="module")
def amaranth_templates():
    """What the Python blocks of the page define, together."""
    names = {}
    for block in blocks("python"):
        exec(block, names)
    return names


def test_verilog_template_lints_with_a_generated_core(generated):
    _, folder = generated
    (template,) = blocks("verilog")
    (folder / "upscaler.v").write_text(template)
    files = ["upscaler.v", "srlut.v"]
    status, text = verilator("--lint-only", "-Wall", "--top-module", "upscaler", *files, cwd=folder)
    assert status == 0, text
    assert "%" not in text


def converted(component):
    """RTLIL of ``component`` with all its ports."""
    ports = [Value.cast(getattr(component, name)) for name in component.signature.members]
    return rtlil.convert(component, ports=ports, name="top")


def test_core_as_a_submodule(amaranth_templates):
    assert r"cell \top.core \core" in converted(amaranth_templates["Upscaler"](CORE))


def test_verilog_as_an_instance_connects_all_ports(generated, amaranth_templates):
    core, _ = generated
    text = converted(amaranth_templates["VerilogUpscaler"]())
    instance = re.search(r"cell \\srlut \\core\n(.*?)\n  end", text, re.DOTALL)[1]
    assert set(re.findall(r"connect \\(\w+)", instance)) == set(core.signature.members)
    ports = {name: widths(member) for name, member in core.signature.members.items()}
    templates = {name: widths(member) for name, member in amaranth_templates["PORTS"].items()}
    assert ports == templates | {"aclk": (1, "in"), "aresetn": (1, "in")}


def widths(member):
    """Width and direction of a port."""
    return Shape.cast(member.shape).width, member.flow.name.lower()


def test_all_ports_are_in_the_table(generated):
    core, _ = generated
    bits = {"8·C·M": 24, "8·C·N": 96, "C·N": 12}  # of this core
    rows = re.findall(r"^\| `(\w+)` \| ([\dCMN·]+) \| (in|out) \|", PAGE, re.MULTILINE)
    table = {name: (bits.get(width) or int(width), way) for name, width, way in rows}
    assert table.pop("m_axis_video_tkeep") == (replace(CORE, tkeep=True).keep_bits, "out")
    assert table == {name: widths(member) for name, member in core.signature.members.items()}
