"""TregaZinkwit in Maastricht: the bundled first case, as tables."""
