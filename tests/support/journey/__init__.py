"""What people do with the app, in their own steps: phones, walks, the desk, and what must be true."""
