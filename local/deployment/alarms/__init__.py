"""The services that raise alarms on functions."""
