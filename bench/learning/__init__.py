"""The learning loop simulated: true, careless and malicious members correct real posters, and a challenger learns."""
