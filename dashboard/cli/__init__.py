"""What the commands of the dashboard print."""
