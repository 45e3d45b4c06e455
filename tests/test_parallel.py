"""Tests that share a simulation run on one worker, or each worker would build it."""

import os

import pytest


@pytest.mark.xdist_group("parallel")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="needs pytest -n 2")
def test_groups_reach_the_workers(request):
    assert request.node.nodeid.endswith("@parallel")
