"""Networks as pure Keras 3 builders: named layers on a flat graph, no state, no files."""
