"""How a server's managers set the bot up, and what follows from it. Knows no Discord."""
