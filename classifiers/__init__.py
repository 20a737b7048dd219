"""What a message is about: emergencies by rule first, then topics, queues and priorities by a small trained model.

Nothing here knows of Flask, the database, Redis or the hub. This package, `labels`, `prediction`, `classifier`,
`emergencies`, `optout` and `thanks` import only the standard library; what needs scikit-learn lies behind `cascade`.
"""
