"""What people do with the app, in their own steps, and what must be true afterwards."""
