"""The workers of pytest-xdist agree on the tests, and tests that share a simulation run on one."""

import os

import pytest


@pytest.mark.xdist_group("parallel")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="needs pytest -n 2")
def test_groups_reach_the_workers(request):
    assert request.node.nodeid.endswith("@parallel")


@pytest.mark.parametrize("content", [os.urandom(101)])
def test_content_that_differs_between_workers_is_not_in_the_name(request, content):
    assert "[content of 101]" in request.node.name
