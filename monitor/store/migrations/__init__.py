"""The steps from one schema to the next, in alembic's layout.

Edge: alembic.
"""
