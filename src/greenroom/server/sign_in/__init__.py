"""Signing in with a browser, under /auth: a cookie, and the temporary keys that it is exchanged for.

**What a browser brings by itself is not enough.** The cookie is HttpOnly and SameSite=Strict, and each POST needs a
header that no form can send and, where the browser names one, the page's own origin.
"""
