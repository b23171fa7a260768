"""Measurements: how fast the engine is, and how well the shipped policy tells abuse from life."""
