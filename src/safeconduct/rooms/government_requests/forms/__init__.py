"""What people type: parsed into frozen facts, never into rows."""
