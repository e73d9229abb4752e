"""The compiled interpreter: it walks operations and has never heard of any component."""
