"""The version of simcore; a stored run names the one that made it."""

VERSION = "0.1.0"
