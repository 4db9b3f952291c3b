"""A session's desktop in a browser."""
