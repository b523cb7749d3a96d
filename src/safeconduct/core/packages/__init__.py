"""What an officer receives, built in memory: a bag of records, its certificate, its receipt, and the release note."""
