from commands import refused
from sw.__main__ import main
from sw.tables import manifest


def test_info_tells_a_foreign_manifest(tmp_path, capsys, table_file):
    assert main(["info", str(table_file)]) == 0
    assert "no manifest beside it" in capsys.readouterr().out
    manifest.manifest_path(table_file).write_text('{"sha256": "0"}')
    assert "manifest of another table" in refused(capsys, "info", table_file)
    manifest.manifest_path(table_file).write_text("[]")
    assert "damaged" in refused(capsys, "info", table_file)
