"""How Alembic reaches the database: over the connection that ``migrate`` hands it, no ini file."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="migration",
    version_table_schema="log",
)
context.run_migrations()
