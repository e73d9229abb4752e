"""The reference pages: `python -m tests.reference` writes docs/reference from what the code declares."""
