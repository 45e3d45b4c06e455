"""FPGA boards: a file for each of them, and what they are made of."""
