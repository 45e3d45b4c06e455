"""Running ``python -m sw compare`` in tests."""

import re

from sw.__main__ import main


def compare(*argv):
    return main(["compare", *map(str, argv)])


def printed(capsys):
    """The table as printed: for each method, its cells by their headings."""
    head, *lines = capsys.readouterr().out.splitlines()
    names = re.split(r"\s{2,}", head)
    return {
        cells[0]: dict(zip(names, cells, strict=False))
        for cells in (re.split(r"\s{2,}", line) for line in lines)
        if len(cells) > 2
    }
