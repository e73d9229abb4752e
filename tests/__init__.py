"""The tests, a package of its own name: a library that brings one called `tests` would otherwise hide it."""
