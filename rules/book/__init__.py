"""The rules themselves: one file per matter of law, one function per rule."""
