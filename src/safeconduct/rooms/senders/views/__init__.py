"""The room's pages, by face."""
