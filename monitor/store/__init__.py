"""The store room: SQL and only SQL; takes and gives model values.

Edge: SQLAlchemy, SQLite, alembic.
"""
