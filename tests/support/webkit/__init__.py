"""A real WebKit, as Safari has it, without a screen: for what Chromium cannot show."""
