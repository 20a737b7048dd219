"""What we already know: articles of the help centres, found, quoted and rendered. Values in, values out.

Nothing here knows of Flask, the database, Redis or the hub (design: three libraries and an application).
"""
