"""Mail: composed from values, handed to a server or put into a Maildir."""
