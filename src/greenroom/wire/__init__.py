"""The AWS REST-JSON protocol: shapes, operations, codec, errors, signatures, page tokens, service model."""
