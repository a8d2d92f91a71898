"""Turns, prompts, wire format and grammar: plain Python, no LangChain, no torch."""
