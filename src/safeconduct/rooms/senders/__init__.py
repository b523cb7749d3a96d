"""The room of senders: who may send us papers, how we know them, and since when we do not trust them."""
