"""Who may do what: users, keys, policies and their evaluation."""
