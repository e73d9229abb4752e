"""The library's lessons hold: over several seeds the problem shows without the technique and goes with only it."""
