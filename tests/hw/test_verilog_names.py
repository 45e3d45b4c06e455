import pytest

from hw.verilog_names import similar_name, why_unusable


@pytest.mark.parametrize("name", ["srlut", "_x", "Core2", "top", "guard", "stage0", "memory"])
def test_usable_names(name):
    assert why_unusable(name) is None
    assert similar_name(name) == name


@pytest.mark.parametrize(
    ("name", "reason", "similar"),
    [
        ("my-core", "is not a Verilog identifier", "my_core"),
        ("my core", "is not a Verilog identifier", "my_core"),
        ("a.b", "is not a Verilog identifier", "a_b"),
        ("4k", "is not a Verilog identifier", "core_4k"),
        ("größe", "is not a Verilog identifier", "gr_e"),
        ("日本", "is not a Verilog identifier", "core"),
        ("", "is not a Verilog identifier", "core"),
        ("a\n", "is not a Verilog identifier", "a_"),
        ("module", "is a keyword of SystemVerilog", "core_module"),
        ("logic", "is a keyword of SystemVerilog", "core_logic"),
        ("width", "is a signal of the core", "core_width"),
        ("first", "is a signal of the core", "core_first"),
        ("i__valid", "is a signal of the core", "core_i__valid"),
        ("_00_", "is a signal of the core", "core__00_"),
        ("TOP", "is a name that Verilator uses itself", "core_TOP"),
    ],
)
def test_names_that_simulators_refuse(name, reason, similar):
    assert why_unusable(name) == reason
    assert similar_name(name) == similar
    assert why_unusable(similar) is None
