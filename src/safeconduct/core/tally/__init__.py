"""Counting: rules, exact tables, lawful bands, committed counts with receipts, and checks of a published report."""
