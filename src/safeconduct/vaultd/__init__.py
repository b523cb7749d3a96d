"""The vault process: keys, roster, approvals, leases and the collector. It imports only the engines."""
