"""What templates are given: frozen values with every word, address and number already worked out.

A view fills them, a template prints them; they know nothing of the rest of the hub. All words are in the reader's
language already, instants are ISO 8601 text for `<time datetime>`, addresses are paths of this site.
"""
