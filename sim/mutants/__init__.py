"""Mutants of the RTL: small changes of the code in ``hw``, which the tests must notice."""
