"""The nouns: frozen values that every other room takes and gives.

Pure.
"""
