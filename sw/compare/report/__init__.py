"""What a comparison writes: figures, plot and page."""
