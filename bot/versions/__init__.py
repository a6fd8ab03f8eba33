"""Which version of the model judges: promoting, taking back, telling the engines."""
