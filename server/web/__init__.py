"""HTTP, once: requests in, problems out, files, the app shell."""
