"""Packages of the core for the tools that people use: FuseSoC, Vivado, LiteX, Platform Designer.

A package is a folder that needs nothing else: the Verilog, the contents of the tables, the files of
one tool, and an example system with a test pattern, which a simulator runs.
"""
