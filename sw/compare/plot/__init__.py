"""A plot of quality against cost, laid out once and drawn as SVG or PNG."""
