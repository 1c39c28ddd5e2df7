"""Who sent what, in which order, and what the server answered for: chains, seals, receipts."""
