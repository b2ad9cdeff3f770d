"""Runs migrations on the connection that `Store.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import dialer.schema  # noqa: F401 - registers the tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
context.run_migrations()
