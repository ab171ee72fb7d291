"""One event for many targets: its targets, their runs, and the one result."""
