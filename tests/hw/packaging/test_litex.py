"""The LiteX module in LiteX: a SoC with it, as Verilog."""

import importlib.util
import re

import pytest

from packages import has_registers, package_fixture
from tools import verilator
from verilog_ports import verilog_ports

pytest.importorskip("litex", reason="LiteX is not installed")
pytest.importorskip("migen", reason="Migen is not installed")

package = package_fixture("litex")


@pytest.fixture(scope="module")
def module(package):
    """The module of the package, imported from its file."""
    spec = importlib.util.spec_from_file_location("srlut_litex", package / "srlut_litex.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def soc(module, package):
    """A SoC without a processor, its platform and its fragment."""
    from litex.build.generic_platform import Pins
    from litex.build.sim import SimPlatform
    from litex.soc.integration.soc import SoCRegion
    from litex.soc.integration.soc_core import SoCMini
    from litex.soc.interconnect import axi
    from migen import ClockDomain

    platform = SimPlatform("SIM", [("sys_clk", 0, Pins(1)), ("sys_rst", 0, Pins(1))])
    soc = SoCMini(platform, clk_freq=1e6)
    soc.clock_domains.cd_sys = ClockDomain("sys")
    soc.comb += soc.cd_sys.clk.eq(platform.request("sys_clk"))
    soc.comb += soc.cd_sys.rst.eq(platform.request("sys_rst"))
    soc.upscaler = module.Upscaler(platform)
    if has_registers(package):
        soc.bus.add_master("host", axi.AXILiteInterface())
        region = SoCRegion(origin=0x9000_0000, size=0x1000, cached=False)
        soc.bus.add_slave("upscaler", soc.upscaler.bus, region)
    soc.finalize()
    return soc, platform, soc.get_fragment()


def test_every_port_is_connected_with_its_width(soc, package):
    from migen.fhdl.specials import Instance

    (instance,) = (special for special in soc[2].specials if isinstance(special, Instance))
    assert instance.of == "srlut"
    found = {
        (item.name, isinstance(item, Instance.Input), len(item.expr)) for item in instance.items
    }
    ports = verilog_ports(package / "rtl" / "srlut.v")
    assert found == {(port.name, port.is_input, port.bits) for port in ports}


def test_registers(soc, package):
    registers = {csr.name: csr.size for csr in soc[0].csr_regions["upscaler"].obj}
    if has_registers(package):
        # Those of the event manager; the core's own are on its bus.
        assert registers == {"ev_status": 1, "ev_pending": 1, "ev_enable": 1}
    else:
        assert registers == {"width": 16, "height": 16, "error": 5}


def test_sources(soc, package):
    paths = {path for path, *_ in soc[1].sources}
    assert paths == {str(path) for path in (package / "rtl").iterdir()}


def test_the_soc_lints_with_the_core(soc, package, tmp_path):
    _, platform, fragment = soc
    text = str(platform.get_verilog(fragment, name="soc", regular_comb=False))
    # LiteX writes the contents of memories behind the Verilog.
    text = text[: text.index("endmodule") + len("endmodule\n")]
    (tmp_path / "soc.v").write_text(text)
    core = package / "rtl" / "srlut.v"
    _, output = verilator("--lint-only", "--top-module", "soc", "soc.v", str(core), cwd=tmp_path)
    assert "%Error" not in output.replace("%Error: Exiting due to", ""), output
    assert not re.findall(r"%Warning-(?:WIDTH|PIN)\w+: .*(?:srlut|upscaler).*", output), output
