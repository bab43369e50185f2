"""Questions about a year: comparison, sensitivity."""
