"""The sample: five small outlets on loopback, a mail catcher, and the real daemon between them.

Door.
"""
