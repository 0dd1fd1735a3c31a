"""Runs the screens with waitress."""

from triage.web.app import create_app
from triage.web.services import WebServices

THREADS = 8


def serve(services: WebServices, host: str, port: int) -> None:
    """Serve until the process ends. With an https address a proxy on this machine ends TLS, and its headers are believed."""
    import waitress

    proxied = services.config.web.public_url.startswith("https://")
    waitress.serve(
        create_app(services),
        host=host,
        port=port,
        threads=THREADS,
        ident="",
        clear_untrusted_proxy_headers=True,
        trusted_proxy="127.0.0.1" if proxied else None,
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"} if proxied else set(),
        max_request_body_size=1_000_000,
    )
