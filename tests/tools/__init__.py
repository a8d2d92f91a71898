"""Tests of the travel domain."""
