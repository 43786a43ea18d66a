"""Alerts: whether to tell, when, in which words, through which door, and what came of it.

Pure, but for `notify` and its neighbours: apprise, a text stream, a file.
"""
