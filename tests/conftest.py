"""Rules for every test: no network, and programs that are compiled quickly rather than well."""

import socket

import pytest

from weakscatter.cli.compiler import compile_quickly

# Before any test imports JAX.
compile_quickly()


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuse connections to anywhere but this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test tried to reach {address!r}; tests use no network")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
