"""Facts that are shipped: counts, names, fingerprints.

Data.
"""
