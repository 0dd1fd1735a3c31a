"""OAuth 2.0 (RFC 6749): access tokens for mail servers and APIs, from a token endpoint. A leaf: it knows neither store
nor channels; what must outlive the process it hands to a `RefreshTokens` port.

Written on http.client because the whole protocol is one POST: a library would bring more code than it saves, follow
redirects with the secret in its hands, and quote answers in its exceptions.
"""
