"""One settings module for each face, one for commands without a face, one for tests."""
