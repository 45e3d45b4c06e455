"""The page and the plot that a comparison writes."""
