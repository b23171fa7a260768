"""Fairtone: an acceptable use policy that is really enforced.

The whole public face is here: load a policy, feed it events, ask about one, have it explained.
"""

__version__ = "0.1.0"
