"""Offline verification of everything we hand out, with nothing but the files and a trust file."""
