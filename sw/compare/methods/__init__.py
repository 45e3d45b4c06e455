"""The methods that a comparison knows."""
