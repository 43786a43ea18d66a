"""Words, markup and links: what is plain in a text, and what makes two of them equal.

Pure.
"""
