"""Product data of the profiles: weather and shapes with source and status mark."""
