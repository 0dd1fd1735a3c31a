"""The lines to the outside: mailboxes, channels, the scanner, providers of identity; none is connected before it is used."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from triage.bootstrap.foundation import Foundation
from triage.domain.errors import ConfigError
from triage.domain.ports import AccessTokens, ForwardChannel, MailSource, Reader, SentFolder

if TYPE_CHECKING:
    from triage.channels.clamd import Clamd
    from triage.flow.sending.brake import Brake
    from triage.flow.sending.outgoing import ServiceAddress
    from triage.flow.sending.oversight import Oversight
    from triage.oauth.oidc import Provider


class Lines(Foundation):
    """Everything by which mail comes, is read and leaves."""

    def service_address(self) -> "ServiceAddress":
        """Who we are to the outside, for every mail that leaves."""
        from triage.flow.sending.outgoing import ServiceAddress

        config = self.config
        return ServiceAddress(
            config.channel.from_,
            self.own,
            public_url=config.web.public_url,
            attachment_bytes=config.limits.attachment_bytes,
            link_days=config.units.link_days,
        )

    def brake(self) -> "Brake":
        """The one way out for automatic mail."""
        from triage.flow.sending.brake import Brake

        limits = self.config.limits
        return Brake(self.own, limits.per_recipient_per_day, limits.per_hour)

    def reader(self, *, children: int = 1) -> Reader:
        """A reader of raw mail in limited child processes."""
        from triage.reader.limited import LimitedReader

        return LimitedReader(self.own, children=children)

    def sources(self) -> list[MailSource]:
        """All configured sources, none connected yet."""
        from triage.sources import open_source

        state_folder = self.places.home / "sources"
        return [
            open_source(source, state_folder=state_folder, tokens=self.access_tokens(source.oauth))
            for source in self.config.sources
        ]

    def looked_at(self, folder: str, since: date) -> list[MailSource]:
        """An IMAP folder of each account that is read in shadow, to look at what people did there since a day."""
        from triage.sources.look import ImapLook

        accounts = {(s.host, s.port, s.user): s for s in self.config.sources if s.shadow and s.kind == "imap"}
        return [ImapLook(source, folder, since, self.access_tokens(source.oauth)) for source in accounts.values()]

    def channel(self) -> ForwardChannel:
        """The configured way out, not connected yet."""
        from triage.channels import open_channel

        return open_channel(self.config.channel, tokens=self.access_tokens(self.config.channel.oauth))

    def sent_folder(self) -> SentFolder:
        """Where copies of what leaves are filed. Raises ConfigError where [channel] sent_source names nobody."""
        from triage.sources.sent import ImapSentFolder

        channel = self.config.channel
        source = next((one for one in self.config.sources if one.name == channel.sent_source), None)
        if source is None:
            raise ConfigError("channel.sent_source: name the [[sources]] of kind imap whose account keeps the copies")
        return ImapSentFolder(source, channel.sent_folder, self.access_tokens(source.oauth))

    def access_tokens(self, name: str) -> AccessTokens | None:
        """The tokens of [oauth.NAME], the same for all that use them; nothing is asked yet. None for no name."""
        if name and name not in self._access_tokens:
            from triage.oauth.tokens import CachedTokens
            from triage.store.credentials import KeptRefreshTokens

            settings, kept = self.config.oauth[name], None
            if settings.grant == "refresh_token":
                kept = KeptRefreshTokens(
                    lambda: self.store, name=name, clock=self.clock, first_token=settings.first_refresh_token
                )
            self._access_tokens[name] = CachedTokens(settings, refresh_tokens=kept)
        return self._access_tokens[name] if name else None

    @cached_property
    def _access_tokens(self) -> dict[str, AccessTokens]:
        return {}

    def scanner(self) -> "Clamd | None":
        """The clamd of [clamav], None where there is none."""
        settings = self.config.clamav
        if not settings.wanted:
            return None
        from triage.channels.clamd import Clamd

        return Clamd(
            host=settings.host,
            port=settings.port,
            path=settings.socket,
            timeout_seconds=settings.timeout_seconds,
            largest_bytes=settings.largest_bytes,
        )

    def oversight(self) -> "Oversight":
        """Where reports of misconduct go."""
        from triage.flow.sending.oversight import Oversight

        settings = self.config.oversight
        return Oversight(
            settings.address, self.config.web.public_url, settings.language, include_original=settings.include_original
        )

    def identity_provider(self) -> "Provider":
        """The identity provider of [oidc]; nothing is asked yet. Raises ConfigError where there is none."""
        if not self.config.oidc.issuer:
            raise ConfigError("[oidc] issuer: there is none; people sign in with a password")
        return self._identity_provider

    @cached_property
    def _identity_provider(self) -> "Provider":
        from triage.oauth.oidc import Provider

        return Provider(self.config.oidc)
