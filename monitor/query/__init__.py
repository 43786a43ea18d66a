"""The query room: what a watchlist asks, and whether an entry answers it.

Pure.
"""
