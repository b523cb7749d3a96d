"""Django's SQLite backend, with one thing more: an error of the disk ends the process."""
