"""The ledger: every act as an entry of a tamper-evident log, and the public log that shows no counts."""
