"""The loop that makes the world match the records."""
