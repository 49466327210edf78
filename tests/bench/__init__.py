"""Measurements that documents quote. Each runs by `python -m tests.bench.NAME`."""
