"""The ASGI application, and the one place where the parts are joined."""
