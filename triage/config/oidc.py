"""`[oidc]`: signing in with the office's own identity provider, beside or in the place of passwords."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from triage.config.section import LOOPBACK, Section, secret_in, within_config


class Oidc(Section):
    """`[oidc]`: signing in with the office's own identity provider (OpenID Connect). Off while `issuer` is empty."""

    issuer: str = Field("", description="address of the provider, as its own tokens name it; https, but for loopback")
    client_id: str = Field("", description="this service's id at the provider")
    client_secret_file: Path | None = Field(None, description="file whose first line is this service's secret there")
    name: str = Field("", max_length=60, description="what the button calls it, such as the office's account")
    ca_file: Path | None = Field(None, description="PEM file of the authorities to trust; default: the system's")
    timeout_seconds: Annotated[float, Field(gt=0, le=20)] = Field(
        10.0, description="patience with the provider at each step"
    )

    _paths = field_validator("client_secret_file", "ca_file")(within_config)

    @field_validator("issuer")
    @classmethod
    def _secure(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = urlsplit(value)
            host, _ = url.hostname or "", url.port
        except ValueError:
            raise ValueError("must be an address such as https://login.office.example") from None
        plain_on_loopback = url.scheme == "http" and host in LOOPBACK
        if not host or not (url.scheme == "https" or plain_on_loopback) or url.query or url.fragment or url.username:
            raise ValueError(
                "must begin with https:// (http:// is for loopback only), without query, name and password"
            )
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.issuer and not self.client_id:
            raise ValueError("issuer needs a client_id")
        return self

    def client_secret(self) -> str:
        """This service's secret, empty where it has none. Raises ConfigError where it cannot be read."""
        return secret_in(self.client_secret_file, "client_secret_file") if self.client_secret_file else ""
