"""The room's addresses, by face."""
