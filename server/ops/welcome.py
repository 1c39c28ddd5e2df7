"""What is printed when the server is up."""

from collections.abc import Mapping, Sequence

from server.ops import network, secure, site
from server.ops.console import pad, say
from server.ops.options import Options
from server.ops.secure import Trust
from server.ops.site import Account

EXPOSED_DEMO = """
  !! 演示账号的口令是公开的，而本机正对网络开放：切勿录入真实数据。
  !! The demo passwords are public and this server is open to the network: no real data here.
  !! 正式使用 For real use: make run DEMO=0"""
PLAIN_HTTP = """
  手机上的相机、离线与安装需要 HTTPS Phones need HTTPS for camera and offline use: make run TLS=1"""


def greet(
    chosen: Options,
    env: Mapping[str, str],
    *,
    trust: Trust | None,
    first: Account | None,
    seconds: float,
) -> None:
    """Say where to go, as whom, and what to be careful about."""
    say(f"\n安巡已就绪 Anxun is ready ({seconds:.1f} s)\n")
    for host in chosen.addresses:
        say(f"  {chosen.address(host)}")
    if chosen.demo:
        _accounts(site.demo_accounts(env))
    if first is not None:
        _administrator(first)
    if trust is not None:
        _trust(chosen, trust)
    if chosen.exposed and not chosen.tls:
        say(PLAIN_HTTP)
    if chosen.exposed and chosen.demo:
        say(EXPOSED_DEMO)
    say("\nCtrl-C 停止 stops the server")


def _accounts(accounts: Sequence[Account]) -> None:
    if not accounts:
        return
    say("\n演示账号 Demo accounts")
    for account in accounts:
        say(f"  {pad(account.name, 12)}{pad(account.username, 14)}{account.password}")
        say(f"  {' ' * 12}{account.try_zh}")
        say(f"  {' ' * 12}{account.try_en}")


def _administrator(account: Account) -> None:
    say("\n管理员（口令只显示这一次） Administrator (the password is shown only now)")
    say(f"  {pad(account.username, 12)}{account.password}")


def _trust(chosen: Options, trust: Trust) -> None:
    say(f"\n证书指纹 Certificate SHA-256 {trust.fingerprint}")
    if trust.page is None:
        say(f"  {trust.authority}")
        return
    if network.is_loopback(chosen.addresses[0]):
        return
    say("手机扫码，先信任证书再打开 Scan with a phone: trust the certificate, then open")
    say(f"  {trust.page}\n")
    say(secure.qr(trust.page))
