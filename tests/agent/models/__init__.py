"""Engines, merging, weights and the chat model."""
