"""The Discord face: discord.py lives only here."""
