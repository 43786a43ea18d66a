"""What waits in the outbox, sent: claim, render, send, settle; one lane for each destination.

Flow.
"""
