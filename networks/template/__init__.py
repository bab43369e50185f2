"""Data: the commented example that ``warmtenet new`` copies."""
