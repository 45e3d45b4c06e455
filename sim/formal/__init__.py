"""Properties of the blocks, checked for all inputs by bounded model checking."""
