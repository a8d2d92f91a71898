"""Tests of the live services, against servers on loopback."""
