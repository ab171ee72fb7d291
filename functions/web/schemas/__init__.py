"""JSON Schemas, from the very models that check and leave."""
