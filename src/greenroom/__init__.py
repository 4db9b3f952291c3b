"""Greenroom: a self-hosted virtual studio that speaks the Amazon Nimble Studio API (2020-08-01)."""

__version__ = "0.1.0"
