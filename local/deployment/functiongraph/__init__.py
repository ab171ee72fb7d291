"""Functions of Huawei Cloud's FunctionGraph."""
