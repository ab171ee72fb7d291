"""The processes that are measured. They import nothing that the measured thing does not need."""
