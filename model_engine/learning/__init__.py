"""Learning from corrections: a snapshot of them, a challenger that starts from the champion, and the gate between."""
