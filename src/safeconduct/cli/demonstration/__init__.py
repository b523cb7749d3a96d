"""The demonstration company: its people, its customers, its records, its papers, and its half-year."""
