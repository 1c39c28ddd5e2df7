"""Ways to lie with a package, and where each is caught even when the server signs it all again."""

import base64
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.custody import rules
from server.papers.rules import fingerprint
from tests.dossier.forging import Package, sha

Attack = Callable[[Package], None]


def edit(package: Package, name: str, change: Callable[[Any], Any]) -> None:
    read = package.lines if name.endswith(".jsonl") else package.json
    value = read(name)
    changed = change(value)
    package.put(name, value if changed is None else changed)


def answer(package: Package) -> dict[str, Any]:
    """The last word about the room's exit, as the expert's phone said it."""
    rows = package.lines("mutations.jsonl")
    return next(m for m in rows if m["name"] == "answer.set" and "room.exit" in m["args"])


def say_otherwise(package: Package) -> None:
    """Fail becomes pass: in what the phone sent, in the record, in chain and receipts."""
    said = answer(package)["id"]

    def words(rows: list[Any]) -> None:
        for m in rows:
            if m["id"] == said:
                m["args"] = m["args"].replace('"result":"pass"', '"result":"fail"')

    def record(value: Any) -> None:
        for row in value["answers"]:
            if row["item_key"] == "ward.room.exit":
                row["fields"]["result"]["v"] = "fail"

    edit(package, "mutations.jsonl", words)
    edit(package, "record.json", record)


def say_otherwise_everywhere(package: Package) -> None:
    say_otherwise(package)
    package.link_again()


def earlier_by_a_day(package: Package) -> None:
    def words(rows: list[Any]) -> None:
        for m in rows:
            m["at"] -= 86_400_000

    edit(package, "mutations.jsonl", words)
    package.link_again()


def swap_two(package: Package) -> None:
    """Two mutations of one phone change places."""

    def steps(rows: list[Any]) -> None:
        for piece in rows:
            own = [i for i, step in enumerate(piece["steps"]) if step.startswith("=")]
            if len(own) > 2:
                i, j = own[0], own[1]
                piece["steps"][i], piece["steps"][j] = piece["steps"][j], piece["steps"][i]
                return

    edit(package, "chain.jsonl", steps)


def swap_two_everywhere(package: Package) -> None:
    swap_two(package)
    package.link_again()


def drop_last(package: Package) -> None:
    """The last mutation of the lead's phone was never there."""
    lead = package.visit.lead.client
    last = max((m for m in package.lines("mutations.jsonl") if m["client"] == lead), key=mid_of)

    def steps(rows: list[Any]) -> None:
        piece = next(p for p in rows if p["client"] == lead and f"={last['id']}" in p["steps"])
        piece["steps"] = piece["steps"][: piece["steps"].index(f"={last['id']}")]

    edit(package, "chain.jsonl", steps)
    edit(package, "mutations.jsonl", lambda rows: [m for m in rows if m["id"] != last["id"]])
    package.link_again()


def drop_last_and_its_seal(package: Package) -> None:
    lead = package.visit.lead.client
    drop_last(package)
    end = max(m["mid"] for m in package.lines("mutations.jsonl") if m["client"] == lead)
    keep = lambda rows: [s for s in rows if s["client"] != lead or s["mid"] <= end]  # noqa: E731
    edit(package, "seals.jsonl", keep)


def mid_of(m: dict[str, Any]) -> int:
    return int(m["mid"])


def swap_photos(package: Package) -> None:
    """The bytes of two photos change places."""
    one, other = [name for name in package.members if name.startswith("photos/")]
    members = package.members
    members[one], members[other] = members[other], members[one]


def swap_photos_on_record(package: Package) -> None:
    def record(value: Any) -> None:
        one, other = value["photos"]
        for name in ("sha256", "size"):
            one[name], other[name] = other[name], one[name]

    edit(package, "record.json", record)
    package.link_again()


def another_photo(package: Package) -> None:
    """A new picture under its own hash: in the command, the record, the receipt."""
    old = next(name for name in package.members if name.startswith("photos/"))
    data = package.members.pop(old) + b"\0"
    before, after = old[7:71], sha(data)
    package.members[f"photos/{after}.jpg"] = data
    for name in ("mutations.jsonl", "record.json", "receipts.jsonl", "hazards.json"):
        package.members[name] = package.members[name].replace(before.encode(), after.encode())
    edit(package, "record.json", lambda value: resize(value["photos"], after, len(data)))
    edit(package, "receipts.jsonl", lambda rows: resize_receipts(rows, after, len(data)))
    edit(package, "mutations.jsonl", lambda rows: resize_args(rows, after, len(data)))
    package.link_again()


def resize(rows: list[Any], name: str, size: int) -> None:
    for row in rows:
        if row["sha256"] == name:
            row["size"] = size


def resize_args(rows: list[Any], name: str, size: int) -> None:
    for row in rows:
        if row["name"] == "photo.add" and name in row["args"]:
            args = json.loads(row["args"]) | {"size": size}
            row["args"] = json.dumps(args, separators=(",", ":"))


def resize_receipts(rows: list[Any], name: str, size: int) -> None:
    for row in rows:
        if name in row["payload"]:
            row["payload"] = json.dumps(json.loads(row["payload"]) | {"size": size})


def lose_a_photo(package: Package) -> None:
    package.members.pop(next(name for name in package.members if name.startswith("photos/")))


def add_a_member(package: Package) -> None:
    package.members["extra.txt"] = b"?"


def fresh_key() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key, key.public_key().public_bytes(serialization.Encoding.DER, form)


def replace_device_key(package: Package) -> None:
    """Another public key under the old name."""
    _, public = fresh_key()

    def keys(value: Any) -> None:
        value["device"][0]["public_key"] = base64.b64encode(public).decode()

    edit(package, "keys.json", keys)


def replace_device_key_and_name(package: Package) -> None:
    """Another key under its own name, the old signatures said to be its own."""
    _, public = fresh_key()
    name = rules.key_id(public)
    old = package.json("keys.json")["device"][0]["id"]
    package.members["seals.jsonl"] = package.members["seals.jsonl"].replace(
        old.encode(), name.encode()
    )

    def keys(value: Any) -> None:
        value["device"][0] |= {"id": name, "public_key": base64.b64encode(public).decode()}

    edit(package, "keys.json", keys)


def seal_with_a_key_of_ones_own(package: Package) -> None:
    """Words changed, chain made anew, and sealed anew by a device that nobody has."""
    key, public = fresh_key()
    name, client = rules.key_id(public), package.visit.other.client

    def keys(value: Any) -> None:
        for row in value["device"]:
            if row["client"] == client:
                row |= {"id": name, "public_key": base64.b64encode(public).decode()}

    say_otherwise_everywhere(package)
    edit(package, "keys.json", keys)
    package.seal_again(client, key, name)


def change_only_the_record(package: Package) -> None:
    def record(value: Any) -> None:
        value["answers"][0]["fields"]["result"]["v"] = "na"

    edit(package, "record.json", record)


def change_only_the_record_and_its_receipt(package: Package) -> None:
    change_only_the_record(package)
    package.link_again()


def drop_an_answer_from_the_record(package: Package) -> None:
    edit(package, "record.json", lambda value: value["answers"].clear())
    package.link_again()


def another_author(package: Package) -> None:
    def record(value: Any) -> None:
        for row in value["answers"]:
            for state in row["fields"].values():
                state["by"] = package.json("record.json")["inspection"]["lead_id"]

    edit(package, "record.json", record)
    package.link_again()


def sign_for_somebody(package: Package) -> None:
    def record(value: Any) -> None:
        value["signatures"][0]["name"] = "李四"

    edit(package, "record.json", record)
    package.link_again()


def milder_hazard(package: Package) -> None:
    def hazards(value: Any) -> None:
        value["hazards"][0]["description"] = "没有大碍"

    edit(package, "hazards.json", hazards)


def another_checklist(package: Package) -> None:
    package.members["definition.json"] = package.members["definition.json"].replace(b"1.1", b"0.9")


def soften_the_log(package: Package) -> None:
    def log(rows: list[Any]) -> None:
        row = next(r for r in rows if r.get("action") == "inspection.submit")
        row["actor_name"] = "李四"

    edit(package, "audit.jsonl", log)


def shorten_the_log(package: Package) -> None:
    def log(rows: list[Any]) -> None:
        rows.remove(next(r for r in rows if r.get("action") == "photo.add"))

    edit(package, "audit.jsonl", log)


def false_receipt(package: Package) -> None:
    def receipts(rows: list[Any]) -> None:
        rows[0]["payload"] = rows[0]["payload"].replace('"at":1', '"at":2')

    edit(package, "receipts.jsonl", receipts)


def a_key_twice_in_json(package: Package) -> None:
    record = package.members["record.json"]
    package.members["record.json"] = record.replace(b'{"answers"', b'{"format":"","answers"', 1)


def number_otherwise(package: Package) -> None:
    def papers(value: Any) -> None:
        value["papers"][0]["head"]["number"] = "安平县检〔2026〕9号"

    edit(package, "papers.json", papers)


def write_otherwise(package: Package) -> None:
    """Other words on the paper, with a fingerprint that fits them."""

    def papers(value: Any) -> None:
        paper = value["papers"][0]
        paper["body"] = paper["body"].replace("堆放纸箱", "堆放杂物")
        signing = json.loads(paper["signing"]) | {"over": sha(paper["body"].encode())}
        paper["signing"] = json.dumps(signing, ensure_ascii=False, separators=(",", ":"))
        paper["head"]["hash"] = fingerprint(paper["body"], paper["signing"])

    edit(package, "papers.json", papers)


def write_otherwise_everywhere(package: Package) -> None:
    """So in what the phone sent, too; chain and receipts made anew."""
    write_otherwise(package)
    changed = {p["head"]["id"]: p for p in package.json("papers.json")["papers"]}

    def words(rows: list[Any]) -> None:
        for m in rows:
            if m["name"] == "paper.issue":
                args = json.loads(m["args"])
                args |= {n: changed[args["id"]][n] for n in ("body", "signing")}
                m["args"] = json.dumps(args, ensure_ascii=False, separators=(",", ":"))

    edit(package, "mutations.jsonl", words)
    package.link_again()


def sign_in_its_place(package: Package) -> None:
    """The refusal becomes a signature on the server's side alone."""

    def papers(value: Any) -> None:
        for paper in value["papers"]:
            paper["head"]["outcome"] = "signed"

    edit(package, "papers.json", papers)


def lose_a_paper(package: Package) -> None:
    def papers(value: Any) -> None:
        value["papers"].pop()

    edit(package, "papers.json", papers)


def lose_all_papers(package: Package) -> None:
    for name in [n for n in package.members if n.startswith("papers")]:
        package.members.pop(name)


def a_print_of_nothing(package: Package) -> None:
    package.members["papers/AAAABBBBCCCC.pdf"] = b"%PDF-1.7"


PAPER_ATTACKS: dict[str, tuple[Attack, str]] = {
    "a number changed": (number_otherwise, "papers.json"),
    "a text changed with its fingerprint": (write_otherwise, "papers.json"),
    "a text changed everywhere": (write_otherwise_everywhere, "seals.jsonl"),
    "a refusal made a signature": (sign_in_its_place, "papers.json"),
    "a paper left out": (lose_a_paper, "papers.json"),
    "all papers left out": (lose_all_papers, "photos/"),
    "a print of no paper": (a_print_of_nothing, "papers/AAAABBBBCCCC.pdf"),
}

# What is done, and the member in which it is found although the server signed the package again.
ATTACKS: dict[str, tuple[Attack, str]] = {
    "an answer changed, all else left": (say_otherwise, "mutations.jsonl"),
    "an answer changed everywhere": (say_otherwise_everywhere, "seals.jsonl"),
    "everything a day earlier": (earlier_by_a_day, "seals.jsonl"),
    "two mutations swapped": (swap_two, "mutations.jsonl"),
    "two mutations swapped everywhere": (swap_two_everywhere, "seals.jsonl"),
    "the last mutation dropped": (drop_last, "chain.jsonl"),
    "the last mutation dropped with its seal": (drop_last_and_its_seal, "mutations.jsonl"),
    "two photos swapped": (swap_photos, "photos/"),
    "two photos swapped on record": (swap_photos_on_record, "record.json"),
    "another photo everywhere": (another_photo, "seals.jsonl"),
    "a member added": (add_a_member, "extra.txt"),
    "the device's key replaced": (replace_device_key, "keys.json"),
    "the device's key replaced with its name": (replace_device_key_and_name, "seals.jsonl"),
    "sealed again with a key of one's own": (seal_with_a_key_of_ones_own, "keys.json"),
    "only the record changed": (change_only_the_record, "record.json"),
    "record and receipt changed": (change_only_the_record_and_its_receipt, "record.json"),
    "an answer left out of the record": (drop_an_answer_from_the_record, "record.json"),
    "an answer given to another person": (another_author, "record.json"),
    "a signature given to another": (sign_for_somebody, "record.json"),
    "a hazard made milder": (milder_hazard, "record.json"),
    "another checklist": (another_checklist, "definition.json"),
    "an entry of the log changed": (soften_the_log, "audit.jsonl"),
    "an entry of the log left out": (shorten_the_log, "audit.jsonl"),
    "a receipt changed": (false_receipt, "receipts.jsonl"),
    "a key twice in JSON": (a_key_twice_in_json, "record.json"),
}
