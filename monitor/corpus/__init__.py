"""Corpora: files of articles become facts and fingerprints; the texts stay where they are.

Flow.
"""
