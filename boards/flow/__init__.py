"""From a design to a bitstream: synthesis, placement, what vendors' tools need."""
