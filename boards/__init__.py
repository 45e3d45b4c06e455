"""FPGA boards: one module for each board, and the parts that boards share."""
