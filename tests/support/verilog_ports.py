"""The ports of a Verilog module, as Yosys reads them."""

import json
import shutil
import tempfile
from pathlib import Path

from hw.packaging.ports import Port
from hw.yosys import run_yosys


def verilog_ports(path):
    """The ports of the module that has the name of the file ``path``."""
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(path, Path(work, "design.v"))
        run_yosys("read_verilog -lib design.v; write_json ports.json", Path(work))
        modules = json.loads(Path(work, "ports.json").read_text())["modules"]
    return [
        Port(name, port["direction"] == "input", len(port["bits"]))
        for name, port in modules[path.stem]["ports"].items()
    ]
