"""How reports look: pages of one HTML file, readable in light and dark, that load nothing from anywhere."""
