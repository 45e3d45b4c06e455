from hw.packaging.register_map import memory_map, read_registers


def test_registers_have_offsets_and_fields():
    registers = read_registers()
    assert registers["ID"].offset == 0
    assert registers["SIZE"].fields == {"width": (0, 16), "height": (16, 16)}
    assert registers["SIZE"].mask("height") == 0xFFFF0000
    offsets = [register.offset for register in registers.values()]
    assert offsets == sorted(set(offsets))


def test_the_memory_map_has_another_name_and_size():
    text = memory_map("bus", 4096)
    assert text.startswith("<spirit:memoryMap")
    assert "<spirit:name>bus</spirit:name>" in text
    assert "<spirit:range>4096</spirit:range>" in text
    assert text.count("<spirit:register>") == len(read_registers())
