"""Properties of the blocks, checked for all inputs."""
