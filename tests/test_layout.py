"""The shape of the repository: which folders there are, and who may import whom."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ROOMS = {
    "sw": """
        commands compare fit networks photos pictures tables training tune
        errors.py extras.py golden.py output.py places.py progress.py schedule.py
        scores.py
    """,
    "hw": """
        colour commands control lookup output packaging timing windows
        chain.py core.py core_cost.py core_params.py core_timing.py emit.py file_set.py
        group_params.py layouts.py limits.py memory_bits.py params.py pipeline.py scheduler.py
        stage.py verilog_names.py video_path.py yosys.py
    """,
    "sim": "bench cocotb_bench commands formal mutants soak",
    "boards": """
        commands flow gateware parts
        common.py genesys2.py picture_layout.py protocol.py ulx3s.py
    """,
}
"""What lies in each package, beside ``__init__.py`` and ``__main__.py``."""

WITH_PYTHON = {*ROOMS, "tests", "docs"}
NOT_OURS = {"build", "data"}
"""Folders at the top that hold Python files, and those that git ignores."""

LONGEST = 300
"""Lines of the longest module."""

BELOW = {"sw": set(), "hw": {"sw"}, "boards": {"sw", "hw"}, "sim": {"sw", "hw", "boards"}}
"""The packages that each package may import beside itself."""

TOOLS = {
    "sw.errors",
    "sw.extras",
    "sw.output",
    "sw.places",
    "sw.progress",
    "sw.schedule",
}
BLOCKS = {"hw.layouts", "hw.params", "hw.group_params", "hw.pipeline"}

MAY_IMPORT = {
    "sw.errors": set(),
    "sw.output": {"sw.errors"},
    "sw.places": set(),
    "sw.progress": set(),
    "sw.extras": {"sw.errors", "sw.places"},
    "sw.tables": TOOLS,
    "sw.golden": {"sw.tables"},
    "sw.pictures": TOOLS | {"sw.tables", "sw.golden"},
    "sw.scores": TOOLS | {"sw.tables", "sw.golden", "sw.pictures"},
    "sw.photos": TOOLS | {"sw.pictures"},
    "sw.fit": TOOLS | {"sw.tables", "sw.golden", "sw.pictures", "sw.photos"},
    "sw.tune": TOOLS | {"sw.tables", "sw.golden", "sw.pictures", "sw.photos", "sw.fit"},
    "sw.networks": TOOLS | {"sw.tables", "sw.pictures"},
    "sw.training": TOOLS | {"sw.tables", "sw.pictures", "sw.scores", "sw.photos", "sw.networks"},
    "sw.compare": TOOLS
    | {
        "sw.tables",
        "sw.golden",
        "sw.pictures",
        "sw.scores",
        "sw.photos",
        "sw.networks",
    },
    "hw.colour": BLOCKS | {"hw.output"},
    "hw.windows": BLOCKS,
    "hw.lookup": BLOCKS,
    "hw.output": BLOCKS,
    "hw.packaging": {"hw.control", "hw.core_params", "hw.emit"},
    "sim.formal": set(),
    "boards.parts": set(),
}
"""For a room, those of its own package that it may import beside itself; others are free to."""


def modules() -> dict[str, ast.Module]:
    """Every module of the packages by its dotted name, parsed."""
    found = {}
    for package in ROOMS:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imported(name: str) -> set[str]:
    """Modules of ours that the module ``name`` imports, at its top or in a function."""
    names = set()
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                names.add(full if full in MODULES else node.module)
    return {other for other in names if other.partition(".")[0] in ROOMS}


IMPORTS = {name: imported(name) for name in MODULES}


def room(name: str) -> str:
    """The room of a module: ``sw.tables`` of ``sw.tables.spec``."""
    return ".".join(name.split(".")[:2])


def is_program(name: str) -> bool:
    """Whether the module is run as ``python -m``."""
    return any(
        isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        for node in MODULES[name].body
    )


def pairs() -> list[tuple[str, str]]:
    """A module and one that it imports, for all imports."""
    return [(name, other) for name in sorted(IMPORTS) for other in sorted(IMPORTS[name])]


def listed(wrong: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name} imports {other}" for name, other in wrong)


def test_packages_import_only_packages_below_them():
    wrong = [
        (name, other)
        for name, other in pairs()
        if (above := name.split(".")[0]) != (package := other.split(".")[0])
        and package not in BELOW[above]
    ]
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("where", MAY_IMPORT)
def test_rooms_import_only_rooms_below_them(where):
    package = where.split(".")[0]
    allowed = MAY_IMPORT[where] | {where, package}
    wrong = [
        (name, other)
        for name, other in pairs()
        if room(name) == where and other.split(".")[0] == package and room(other) not in allowed
    ]
    assert not wrong, listed(wrong)


def test_commands_are_imported_by_programs_and_commands_alone():
    def is_command(name):
        return name.split(".")[1:2] == ["commands"]

    wrong = [
        (name, other)
        for name, other in pairs()
        if is_command(other) and not is_command(name) and not is_program(name)
    ]
    assert not wrong, listed(wrong)


def test_imports_make_no_circle():
    order = TopologicalSorter({name: others - {name} for name, others in IMPORTS.items()})
    order.prepare()  # raises CycleError, which names the modules of a circle


def python_files() -> list[Path]:
    """Every Python file, from the top of the repository, of those that belong to it."""
    found = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*.py")))
    return [
        path
        for path in found
        if not path.parts[0].startswith(".") and path.parts[0] not in NOT_OURS
    ]


def test_no_module_is_long():
    lines = {str(path): len((ROOT / path).read_text().splitlines()) for path in python_files()}
    assert not {path: count for path, count in lines.items() if count > LONGEST}


def test_python_lies_in_the_folders_that_are_for_it():
    assert {path.parts[0] for path in python_files()} <= WITH_PYTHON


@pytest.mark.parametrize("package", ROOMS)
def test_packages_have_the_rooms_that_are_planned(package):
    found = {
        path.name
        for path in (ROOT / package).iterdir()
        if path.name not in ("__init__.py", "__main__.py", "__pycache__")
        and (path.suffix == ".py" or list(path.rglob("*.py")))
    }
    assert found == set(ROOMS[package].split())


def test_tests_mirror_the_packages():
    folders = {
        path.parent.relative_to(ROOT / "tests")
        for package in ROOMS
        for path in (ROOT / "tests" / package).rglob("test_*.py")
    }
    assert not [str(folder) for folder in sorted(folders) if not (ROOT / folder).is_dir()]
