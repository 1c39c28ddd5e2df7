"""Random choices that anybody can repeat: committed seeds, weights, recusal."""
