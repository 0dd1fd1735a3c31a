"""`[oauth.NAME]`: where access tokens come from, for sources and channels that say `oauth = "NAME"`."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from triage.config.section import LOOPBACK, Section, secret_in, within_config


class OAuth(Section):
    """`[oauth.NAME]`: where tokens come from, for sources and channels that say `oauth = "NAME"`."""

    token_url: str = Field(description="token endpoint of the provider; https, but for loopback")
    client_id: str = Field(min_length=1, description="the application's id at the provider")
    client_secret_file: Path | None = Field(
        None, description="file whose first line is the application's secret; may be left out with refresh_token"
    )
    grant: Literal["client_credentials", "refresh_token"] = Field(
        description="`client_credentials` (the application signs in by itself) or `refresh_token` (on a person's word)"
    )
    refresh_token_file: Path | None = Field(
        None,
        description="file whose first line is the first refresh token; newer ones are kept in the store, encrypted, "
        "until another is written here",
    )
    scope: str = Field("", description="scopes, separated by spaces; Google wants none with refresh_token")
    ca_file: Path | None = Field(None, description="PEM file of the authorities to trust; default: the system's")
    timeout_seconds: Annotated[float, Field(gt=0, le=20)] = Field(
        20.0, description="patience with the endpoint at each step"
    )

    _paths = field_validator("client_secret_file", "refresh_token_file", "ca_file")(within_config)

    @field_validator("token_url")
    @classmethod
    def _secure(cls, value: str) -> str:
        try:
            url = urlsplit(value)
            host, _ = url.hostname or "", url.port
        except ValueError:
            raise ValueError("must be an address such as https://login.provider.example/token") from None
        plain_on_loopback = url.scheme == "http" and host in LOOPBACK
        if not host or not (url.scheme == "https" or plain_on_loopback) or url.fragment or url.username is not None:
            raise ValueError("must begin with https:// (http:// is for loopback only) and hold no name and password")
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.grant == "client_credentials" and self.client_secret_file is None:
            raise ValueError('grant "client_credentials" needs a client_secret_file')
        if (self.grant == "refresh_token") != (self.refresh_token_file is not None):
            raise ValueError('refresh_token_file belongs to grant "refresh_token", which needs it')
        return self

    def client_secret(self) -> str:
        """The application's secret, empty where it has none. Raises ConfigError where it cannot be read."""
        return secret_in(self.client_secret_file, "client_secret_file") if self.client_secret_file else ""

    def first_refresh_token(self) -> str:
        """What refresh_token_file holds now, empty where the file is gone: the store may have a newer one. Raises
        ConfigError where it is there and cannot be read."""
        if self.refresh_token_file is None or not self.refresh_token_file.exists():
            return ""
        return secret_in(self.refresh_token_file, "refresh_token_file").strip()
