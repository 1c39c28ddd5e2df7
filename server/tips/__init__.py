"""Reports by anybody who scans a tag, without an account."""
