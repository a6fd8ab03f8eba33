"""What members write to the bot: which messages are for it, about which judgement, and the answers."""
