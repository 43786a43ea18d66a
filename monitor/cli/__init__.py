"""The commands; each module is imported only when its command runs, so that `--help` is quick.

Door: click.
"""
