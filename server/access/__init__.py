"""Who may do what: permissions, roles, actors. Pure."""
