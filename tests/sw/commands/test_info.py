from commands import refused
from sw.__main__ import main
from sw.tables import cost, manifest
from sw.tables.files import load, table_path


def test_info_tells_a_foreign_manifest(tmp_path, capsys, table_file):
    assert main(["info", str(table_file)]) == 0
    assert "no manifest beside it" in capsys.readouterr().out
    manifest.manifest_path(table_file).write_text('{"sha256": "0"}')
    assert "manifest of another table" in refused(capsys, "info", table_file)
    manifest.manifest_path(table_file).write_text("[]")
    assert "damaged" in refused(capsys, "info", table_file)


def test_info_in_luma(capsys):
    printed = {}
    for options in ((), ("--colour", "rgb"), ("--colour", "luma")):
        assert main(["info", "pico", *options]) == 0
        printed[options[-1:]] = capsys.readouterr().out.partition("manifest: ")[0].splitlines()
    default, luma, upsampler = printed[()], printed["luma",], load(table_path("pico"))
    assert printed["rgb",] == default
    assert "work for each LR pixel and colour: 20 look-ups, 16 HR pixels" in default
    assert default[-4:] == cost.as_lines(upsampler)
    assert "work for each LR pixel: 20 look-ups in luma (60 in rgb), 16 HR pixels" in luma
    assert luma[-5].startswith("estimated cost in luma at 960×540, 60 frames a second")
    assert luma[-5:] == cost.as_lines(upsampler, luma=True)
    assert luma[-4].startswith("  stage 1: 1 × 1 lanes, ")
    assert luma[-2].startswith("  chroma: ")
    assert luma[:-7] == default[:-6]
    assert "--colour: invalid choice: 'grey'" in refused(capsys, "info", "pico", "--colour", "grey")
