"""Measurements that a person runs by hand; never tests. Speeds are compared side by side in one run."""
