"""The room of records: who our customers are, and how their records came into the sealed store."""
