"""Regions inspect each other: pairs, guests, handing over, reply, return visit."""
