"""What every feature may use and which uses nothing of ours."""
