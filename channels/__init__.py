"""How messages come and go: one file or folder a channel, values in, values out.

Nothing here knows of Flask, the database, Redis or the hub (design: three libraries and an application).
"""
