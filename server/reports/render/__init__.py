"""Documents as PDF: typst in a child process, every character checked before it is set."""
