"""Benchmarks: ratios against a limit measured in the same run. `python3 run.py bench NAME`."""
