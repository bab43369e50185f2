"""Hours from outside: weather, ground, demand, source temperatures."""
