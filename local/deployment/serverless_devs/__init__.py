"""The ``s.yaml`` of Serverless Devs that deploys the Function Compute part of a description."""
