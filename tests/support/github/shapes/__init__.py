"""What things look like in GitHub's answers."""
