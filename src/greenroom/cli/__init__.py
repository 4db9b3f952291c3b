"""The greenroom command: a client of the API for everything the API can do."""
