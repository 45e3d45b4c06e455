"""What is generated from registers.rdl, and that it is not out of date."""

import pytest

from hw.control.generate import GENERATED, PAGE, generate


def test_the_generated_files_are_those_of_the_source(tmp_path):
    generate(tmp_path, tmp_path / PAGE.name)
    kept = {path.name: path for path in (*GENERATED.iterdir(), PAGE)}
    made_now = {path.name: path for path in tmp_path.iterdir()}
    assert made_now.keys() == kept.keys()
    for name, path in made_now.items():
        if path.read_bytes() != kept[name].read_bytes():
            pytest.fail(f"{kept[name]} is out of date; run: make registers")
