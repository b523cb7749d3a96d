"""The two origins that the vault process serves itself: approve, where people sign, and open, where papers are read."""
