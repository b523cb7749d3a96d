"""Pure rules over frozen facts: findings, deadlines, narrowing, preservation, notice, and what may happen next."""
