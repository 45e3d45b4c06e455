"""From a design to a bitstream: tools, netlist edits, placement, files for vendors' tools."""
