"""How checklists are written, reviewed and laid over one another. Pure."""
