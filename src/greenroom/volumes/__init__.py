"""Where the files of a session live."""
