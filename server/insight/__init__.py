"""What ways of inspecting found, beside each other: detection gap and agreement."""
