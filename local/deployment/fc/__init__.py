"""Functions of Alibaba Cloud's Function Compute."""
