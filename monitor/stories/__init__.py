"""Stories: is a text a copy, of what, how sure; which story does it join.

Pure.
"""
