"""Training of networks: runs that can be interrupted."""
