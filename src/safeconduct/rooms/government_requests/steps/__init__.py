"""What an action does inside its own open transaction: lock a row, move it, record, keep a journey."""
