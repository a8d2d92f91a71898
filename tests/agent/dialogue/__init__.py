"""Tests of wire format, grammar and grounding."""
