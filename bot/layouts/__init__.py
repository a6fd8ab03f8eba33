"""How the bot's messages look: Components V2 layouts, and the words in them."""
