"""The operations, a module a resource: (context, request) -> response, in one transaction."""
