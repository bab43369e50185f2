"""Solvers: from a system and its hours to flows, temperatures, pressures and loads."""
