"""Government requests: legal process from receipt to a verified answer, a notice and a closed matter."""
