"""The evidence package 证据包: everything that a stranger needs to check one inspection."""
