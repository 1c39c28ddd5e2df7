"""`flask custody …`: the server's key and phones' keys."""

import click
from flask.cli import AppGroup

from server.custody import devices, keys
from server.kernel.db import transaction
from server.kernel.errors import NotFound

group = AppGroup("custody", help="Keys that sign receipts and seals.")


@group.command("keys")
def show_keys() -> None:
    """List the server's public keys."""
    with transaction(write=False):
        for key in keys.public_keys():
            state = "retired" if key["until"] else "in use"
            click.echo(f"{key['id']}  {key['algorithm']}  {state}  {key['public_key']}")


@group.command("rotate-key")
def rotate_key() -> None:
    """Sign with a new key from now on; what older ones signed stays provable."""
    with transaction():
        fresh, old = keys.rotate()
    for key_id in old:
        keys.forget(key_id)
    click.echo(f"receipts are signed with {fresh}; retired: {', '.join(old) or 'none'}")


@group.command("revoke-device-key")
@click.argument("key")
def revoke_device_key(key: str) -> None:
    """Stop trusting a phone's key: work signed with it is taken and flagged."""
    try:
        with transaction():
            revoked = devices.revoke_key(key)
            said = f"{revoked.id} of client {revoked.client_id} is revoked"
    except NotFound as exc:
        raise click.ClickException(f"there is no device key {key}") from exc
    click.echo(said)
