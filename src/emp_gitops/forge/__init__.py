"""Where applications are proposed, reviewed and approved: GitHub, or plain git."""
