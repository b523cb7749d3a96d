"""The safe-conduct: exact scopes, the objects people sign, their passkeys, quorums, internal grants and leases."""
