"""Product data of the model: tables with source and status mark."""
