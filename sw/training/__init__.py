"""Training of networks, in runs that can be interrupted and resumed."""
