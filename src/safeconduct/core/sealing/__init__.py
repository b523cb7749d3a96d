"""Seals: sealed objects, keys and key files, age recipients, blind indexes, signing keys. It never sees a clock."""
