"""From pixels to windows: frame guard, line buffer, window, padding."""
