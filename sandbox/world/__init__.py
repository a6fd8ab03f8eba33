"""What there is: guilds, members, channels, permissions, ids, and the clock they live by."""
