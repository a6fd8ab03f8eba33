"""One judgement, from the member's upload to Discord's confirmation of the answer. Nothing here imports discord."""
