"""Transparency log: tree, proofs, tiles, checkpoints, signed notes, witnesses and slots (RFC 6962, C2SP)."""
