"""The web application: what was built from the sources in /portal, and how it is served."""
