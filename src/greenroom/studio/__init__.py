"""The records of a studio and their rules; imports nothing of ours."""
