"""From a folder of labelled posters to an immutable version of the model."""
