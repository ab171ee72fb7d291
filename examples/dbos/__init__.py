"""A fleet on DBOS: README.md."""
