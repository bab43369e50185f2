"""Compiled loops. A kernel takes arrays and scalars, checks nothing and raises nothing."""
