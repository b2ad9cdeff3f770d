"""Pictures and tables of a forecast, for people who were not at the terminal."""
