"""The engine against what is known: `python -m tests.validation` runs every case and writes docs/validation."""
