"""Simulation of the RTL against the golden model."""
