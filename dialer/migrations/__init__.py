"""The history of the tables' shape; `Store.migrate` brings any database to the newest."""
