"""`python -m benchmarks`: every measurement, one after another."""

import runpy

for name in (
    "listing",
    "authorisation",
    "operations",
    "backup",
    "browsing",
    "due",
    "beside",
    "idle",
    "portal",
    "peers",
    "desktop",
    "launches",
    "latency",
    "relay",
):
    print(f"## {name}")
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
