"""The folder that is handed to an authority: a PDF to read, tables to sort, data to judge again, and the proofs."""
