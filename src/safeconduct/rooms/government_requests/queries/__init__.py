"""Reads: frozen facts, never opened personal data, and never a row of a silenced matter for whoever is not cleared."""
