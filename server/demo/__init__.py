"""The invented county of a first start. All of it went through the same doors as real work."""
