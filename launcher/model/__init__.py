"""The commands below `model`."""
