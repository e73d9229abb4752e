"""Random whole systems, random things done to them, every certificate after every slice: `python -m tests.swarm`."""
