"""Huawei Cloud: OMS and ModelArts."""
