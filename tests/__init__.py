"""Tests of all that the project holds; they mirror its folders."""
