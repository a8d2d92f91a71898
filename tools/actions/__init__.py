"""What the tools of `tools.catalog` do, one module a kind."""
