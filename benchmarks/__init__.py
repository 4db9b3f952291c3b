"""Measurements, each one a command: `python -m benchmarks.NAME`. Figures are in README.md."""
