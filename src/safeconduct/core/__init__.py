"""The engines: pure Python and named libraries, no framework, no clock, no network, no database."""
