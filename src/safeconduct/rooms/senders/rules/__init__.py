"""Rules of the room: lifecycles, allowances, numbers and codes. Pure functions."""
