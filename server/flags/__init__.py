"""Doubts that the machine has and a person decides: raised by features above, never a verdict."""
