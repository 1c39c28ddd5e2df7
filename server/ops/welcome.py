"""What is printed when the server is up."""

from collections.abc import Sequence

from server.ops import network, secure
from server.ops.console import pad, say
from server.ops.options import Options
from server.ops.secure import Trust
from server.ops.site import Account, Site

EXPOSED_DEMO = """
  !! 演示模式正对网络开放，登录页列有演示账号：切勿录入真实数据。
  !! The demo is open to the network and its login page offers accounts: no real data here.
  !! 正式使用 For real use: make run DEMO=0"""
PLAIN_HTTP = """
  手机上的相机、离线与安装需要 HTTPS Phones need HTTPS for camera and offline use: make run TLS=1"""


def greet(chosen: Options, found: Site, *, trust: Trust | None, seconds: float) -> None:
    """Say where to go, as whom, and what to be careful about."""
    say(f"\n安巡已就绪 Anxun is ready ({seconds:.1f} s)\n")
    for host in chosen.addresses:
        say(f"  {chosen.address(host)}")
    _accounts(found.accounts)
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


def introduce(found: Site) -> None:
    """Tell the first administrator's password, the one time that it is known."""
    if found.administrator is None:
        return
    say("\n管理员（口令只显示这一次） Administrator (the password is shown only now)")
    for line in found.administrator.splitlines():
        say(f"  {line}")
    say()


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
