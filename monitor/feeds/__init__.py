"""Feeds: one polite request, bytes to entries, what is new, when to ask again.

Edge, worker and pure, one module each.
"""
