"""Experts, companies, certificates, and who must not inspect whom."""
