"""What the user wrote: YAML and environment turned into values, or into problems that name the place.

Edge: files.
"""
