"""Records and notices made on the spot: signed, refused, printed."""
