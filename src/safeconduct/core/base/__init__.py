"""The words every engine shares: errors, actors, findings, lifecycles, canonical JSON, ids, periods, configuration."""
