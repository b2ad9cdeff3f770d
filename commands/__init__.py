"""The verbs of the command line: each parses, calls the floors below, and renders. No decisions here."""
