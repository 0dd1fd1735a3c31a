"""QR codes as SVG inside the page: no image is fetched, and the secret is in no address."""

import io

import segno
from markupsafe import Markup


def qr_svg(text: str, *, label: str) -> Markup:
    """The QR code of `text`, dark on light in every colour scheme, as cameras want it; `label` is its accessible name."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        target, kind="svg", xmldecl=False, svgns=False, nl=False, scale=5, border=4, dark="#000", light="#fff",
        omitsize=True, title=label,
    )  # fmt: skip
    svg = target.getvalue().decode()
    return Markup(svg.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  # segno's own, and it escapes the title
