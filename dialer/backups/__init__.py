"""Backups of a folder and its database: made while runs go on, encrypted, tried before they are called good."""
