"""Benchmarks: ratios measured in one run, outside the timed tests. `python3 run.py bench [NAME …]`."""
