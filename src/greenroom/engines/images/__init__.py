"""Root file systems that sessions run on instead of the host's."""
