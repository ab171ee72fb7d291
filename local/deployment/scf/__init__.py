"""Functions of Tencent SCF."""
