"""The client of the vault process: its operations as typed functions, sealed things by reference only."""
