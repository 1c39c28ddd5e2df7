#!/usr/bin/env python3
"""
重算安巡抽取结果 · Repeat an Anxun draw: python3 replay_draw.py FILE.json [--key KEY | --keys
KEYS.json] [--seeds LIST.json]

Needs Python 3.9 and nothing else; no server and no network is asked. FILE.json is the published
file of a draw. --key: the bureau's public key (PEM, base64, or its 32-digit name); --keys: all its
public keys as /api/ref/keys.json gives them; without one the key in the file is believed. --seeds:
the list of committed seeds as it was saved before the draw (/api/public/draw-seeds): the server's
signature under the list is checked, that it is older than the draw, and that the seed stands in
it. docs/draws.md tells what this can show and what it cannot.

返回值 exit code: 0 一致 it repeats; 1 不一致，已指出第一处 it does not, the first difference is
named; 2 无法核验 it cannot be checked.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

PLAIN, WORD, RANGE = 100, 8, 1 << 64
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FIELDS = (
    "format", "code", "kind", "purpose", "sealed", "operator", "witness", "drawn_at",
    "released_at", "published_at", "seed", "snapshot", "snapshot_hash", "result", "spoiled",
    "replacements", "standing", "log", "signed",
)  # fmt: skip


class Differs(Exception):
    """The first place that does not repeat, and what is wrong there."""

    def __init__(self, where, zh, en):
        super().__init__(where, zh, en)
        self.where, self.zh, self.en = where, zh, en


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data):
    return hashlib.sha256(data).digest()


def same(where, told, found):
    """Compare what the file tells with what was found, and go down to the very place."""
    if type(told) is type(found) is list and len(told) == len(found):
        for index in range(len(told)):
            same(f"{where}/{index}", told[index], found[index])
    elif type(told) is type(found) is dict and told.keys() == found.keys():
        for key in told:
            same(f"{where}/{key}", told[key], found[key])
    elif type(told) is not type(found) or told != found:
        told, found = json.dumps(told, ensure_ascii=False), json.dumps(found, ensure_ascii=False)
        zh, en = f"文件写的是 {told}，重算得到 {found}", f"file: {told}; repeated: {found}"
        raise Differs(where, zh, en)


# --- weights, chance, replacements: docs/draws.md in code -------------------------------------


def amount(term, fact):
    if fact is None:
        return term["unknown"]
    if term["how"] == "linear":
        return term["per"] * fact
    return sum(term["table"].get(word, 0) for word in (fact if term["how"] == "sum" else [fact]))


def weigh(snapshot, facts):
    rule, percent = snapshot["formula"], snapshot["percent"]
    terms = {
        term["key"]: min(term["cap"], amount(term, facts.get(term["fact"])))
        * percent.get(term["key"], PLAIN)
        // PLAIN
        for term in rule["terms"]
    }
    return terms, max(rule["least"], min(rule["most"], rule["base"] + sum(terms.values())))


def numbers(seed):
    block = 0
    while True:
        digest = sha256(seed + block.to_bytes(WORD, "big"))
        for start in range(0, len(digest), WORD):
            yield int.from_bytes(digest[start : start + WORD], "big")
        block += 1


def below(stream, bound):
    if not 0 < bound <= RANGE:
        raise ValueError("no weights, or more than chance can tell apart")
    limit = RANGE - RANGE % bound
    for number in stream:
        if number < limit:
            return number % bound


def pick(free, stream):
    point = below(stream, sum(one["weight"] for one in free))
    for index, one in enumerate(free):
        point -= one["weight"]
        if point < 0:
            return free.pop(index)["id"]


def draw(snapshot, seed):
    stream, load, told = numbers(seed), {}, []
    inside = sorted((c for c in snapshot["candidates"] if not c["out"]), key=lambda c: c["id"])
    for slot in snapshot["slots"]:
        key, count = slot["key"], slot["count"]
        free = [
            c for c in inside if key not in c["barred"] and load.get(c["id"], 0) < snapshot["most"]
        ]
        taken = [pick(free, stream) for _ in range(min(count + slot["reserve"], len(free)))]
        for one in taken[:count]:
            load[one] = load.get(one, 0) + 1
        told.append({"slot": key, "drawn": taken[:count], "reserve": taken[count:]})
    return told


def replaced(result, most, replacements):
    stands = {one["slot"]: list(one["drawn"]) for one in result}
    waiting = {one["slot"]: list(one["reserve"]) for one in result}
    for index, said in enumerate(replacements):
        where, slot = f"/replacements/{index}", said["slot"]
        if said["out"] not in stands.get(slot, ()):
            raise Differs(f"{where}/out", "被替换者当时不在名单里", "was not standing there")
        place = stands[slot].index(said["out"])
        stands[slot].remove(said["out"])
        came = next_in(stands, waiting[slot], most)
        same(f"{where}/in", said["in"], came)
        stands[slot].insert(place, came)
    return [{"slot": slot, "ids": ids} for slot, ids in stands.items()]


def next_in(stands, waiting, most):
    while waiting:
        one = waiting.pop(0)
        if sum(one in there for there in stands.values()) < most:
            return one
    return None


# --- Ed25519 (RFC 8032), only looking -----------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
PREFIX = bytes.fromhex("302a300506032b6570032100")


def point(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    return (P - x if x & 1 != sign else x), y


def plus(a, b):
    cross = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + cross, -1, P) % P
    return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - cross, -1, P) % P


def times(number, base):
    total = 0, 1
    while number:
        if number & 1:
            total = plus(total, base)
        base, number = plus(base, base), number >> 1
    return total


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(public, text, signature):
    """Say whether *text* was signed with the key; public is DER."""
    if not public.startswith(PREFIX) or len(public) != 44 or len(signature) != 64:
        return False
    key, half, number = public[12:], signature[:32], int.from_bytes(signature[32:], "little")
    try:
        ours, theirs = point(key), point(half)
    except ValueError:
        return False
    mark = int.from_bytes(hashlib.sha512(half + key + text).digest(), "little") % ORDER
    return number < ORDER and times(number, BASE) == plus(theirs, times(mark, ours))


# --- the checks, in this order -----------------------------------------------------------------


def check_form(file):
    if not isinstance(file, dict) or file.get("format") != "anxun-draw-1":
        raise Differs("/format", "不是安巡抽取的公布文件", "this is no published draw")
    for name in (*FIELDS, *file):
        if name not in file or name not in FIELDS:
            raise Differs(f"/{name}", "缺少或多余的内容", "missing, or not part of such a file")
    same("/snapshot/format", file["snapshot"]["format"], "anxun-draw-snapshot-1")
    same("/snapshot/kind", file["snapshot"]["kind"], file["kind"])


def check_weights(file):
    for index, one in enumerate(file["snapshot"]["candidates"]):
        terms, weight = weigh(file["snapshot"], one["facts"])
        same(f"/snapshot/candidates/{index}/terms", one["terms"], terms)
        same(f"/snapshot/candidates/{index}/weight", one["weight"], weight)


def check_seed(file):
    seed = file["seed"]
    value = bytes.fromhex(seed["value"])
    same("/seed/hash", seed["hash"], sha256(b"anxun-draw-seed-1\n" + value).hex())
    bits = int(seed["hash"], 16) >> 196
    letters = "".join(LETTERS[bits >> 5 * (11 - place) & 31] for place in range(12))
    same("/code", file["code"], f"{letters[:4]}-{letters[4:8]}-{letters[8:]}")
    same("/seed/lane", seed["lane"], "sealed" if file["sealed"] else "open")


def check_chance(file):
    snapshot, words = file["snapshot"], file["witness"]["words"].encode()
    digest = sha256(b"anxun-draw-snapshot-1\n" + canonical(snapshot))
    same("/snapshot_hash", file["snapshot_hash"], digest.hex())
    field = b"%d:%b," % (len(words), words)
    mixed = sha256(b"anxun-draw-1\n" + bytes.fromhex(file["seed"]["value"]) + field + digest)
    same("/result", file["result"], draw(snapshot, mixed))
    stands = replaced(file["result"], snapshot["most"], file["replacements"])
    same("/standing", file["standing"], stands)


def check_signature(file, keys, tag="anxun-draw-file-1", where=""):
    told, said = {name: file[name] for name in file if name != "signed"}, file["signed"]
    public = base64.b64decode(said["public_key"], validate=True)
    same(f"{where}/signed/key", said["key"], sha256(public).hex()[:32])
    if keys is not None and said["key"] not in keys:
        raise Differs(f"{where}/signed/key", "不是所给的公钥签的名", "not signed with a key given")
    text = tag.encode() + b"\n" + canonical(told)
    if not signed(public, text, base64.b64decode(said["signature"], validate=True)):
        zh, en = "签名不符：公布后有改动", "the signature does not fit: changed"
        raise Differs(f"{where}/signed", zh, en)


def check_list(keys, listed):
    """The list of seeds is what the server signed."""
    same("seeds:/format", listed["format"], "anxun-draw-seeds-1")
    if listed["signed"] is None:
        raise Differs("seeds:/signed", "清单没有签名", "the list is not signed")
    check_signature(listed, keys, listed["format"], "seeds:")


def batch_in(file, listed):
    """The batch of the draw's own region and week."""
    for one in listed["regions"]:
        for batch in one["batches"] if one["id"] == file["snapshot"]["region"]["id"] else ():
            if batch["period"] == file["seed"]["period"]:
                return batch
    raise Differs("/seed/period", "种子清单里没有这一周", "the list of seeds lacks this week")


def check_committed(file, listed):
    seed, batch = file["seed"], batch_in(file, listed)
    same("/seed/commitment", seed["commitment"], batch["commitment"])
    same("/seed/made_at", seed["made_at"], batch["made_at"])
    published = batch[seed["lane"]]
    there = published[seed["number"] - 1] if 0 < seed["number"] <= len(published) else None
    same("/seed/hash", seed["hash"], there)
    if batch["master"]:
        master = bytes.fromhex(batch["master"])
        same("/seed/commitment", seed["commitment"], sha256(b"anxun-draw-batch-1\n" + master).hex())
        words = f"seed:{seed['lane']}:{seed['number']}".encode()
        same("/seed/value", seed["value"], hmac.new(master, words, "sha256").hexdigest())


def check(file, keys=None, listed=None):
    """Raise Differs at the first difference; whatever is broken in between is one as well."""
    try:
        check_form(file)
        check_weights(file)
        check_seed(file)
        check_chance(file)
        check_signature(file, keys)
        if listed is not None:
            check_list(keys, listed)
            check_committed(file, listed)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as exc:
        raise Differs("", "文件结构被改动", f"the file is not as it was made ({exc!r})") from exc


def strict(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def load(path):
    return json.loads(Path(path).read_text(encoding="utf-8"), object_pairs_hook=strict)


def read_key(text):
    """Read a key by its name, as base64 or from a PEM file; return its name."""
    if len(text) == 32 and not text.strip("0123456789abcdef"):
        return text
    if Path(text).is_file():
        lines = Path(text).read_text().split("-----")
        text = "".join(lines[2 if len(lines) > 2 else 0].split())
    return sha256(base64.b64decode(text, validate=True)).hex()[:32]


def read_keys(asked):
    """Return the names of the keys that are believed; None believes the one in the file."""
    told = load(asked.keys)["keys"] if asked.keys else []
    named = {read_key(one["public_key"]) for one in told if one["algorithm"] == "Ed25519"}
    if asked.key:
        named.add(read_key(asked.key))
    return named if asked.key or asked.keys else None


def summary(file):
    names = {one["id"]: one["name"] for one in file["snapshot"]["candidates"]}
    slots = {one["key"]: one["name"] for one in file["snapshot"]["slots"]}
    yield f"{file['code']}  {file['purpose']}"
    yield f"候选 candidates: {len(names)}  监督人 witness: {file['witness']['name']}"
    for one in file["standing"]:
        before = f"{slots[one['slot']]}: " if slots[one["slot"]] else ""
        yield f"  {before}{'、'.join(names[key] for key in one['ids'])}"
    for one in file["replacements"]:
        yield f"  替换 replaced: {names[one['out']]} → {names[one['in']]}（{one['reason']}）"
    if file["spoiled"]:
        yield f"  已作废 declared void: {file['spoiled']['reason']}"


def told_of_checks(file, keys, listed):
    """What was not given, and what the list of seeds shows."""
    if keys is None:
        yield "未给公钥，相信文件内的公钥 No --key, no --keys: the key in the file is believed."
    if listed is None:
        yield "未给种子清单，未核对是否事先公布 No --seeds: the seed may be new."
        return
    moment = f"{datetime.fromtimestamp(listed['as_of'] // 1000, UTC):%Y-%m-%d %H:%M:%S}"
    if listed["as_of"] < file["drawn_at"]:
        yield f"种子在抽取之前已公布 The seed was public before the draw, at {moment} UTC."
    if batch_in(file, listed)["master"]:
        yield "这一周已结清，种子由母种子而来 The week is settled: the seed has its master."


def shows_nothing(file, listed):
    """Say whether a list was saved too late to show anything, and too early to be settled."""
    return listed["as_of"] >= file["drawn_at"] and not batch_in(file, listed)["master"]


def asked_for():
    parser = argparse.ArgumentParser(description="重算安巡抽取结果 Repeat an Anxun draw")
    parser.add_argument("file")
    parser.add_argument("--key")
    parser.add_argument("--keys")
    parser.add_argument("--seeds")
    return parser.parse_args()


def main():
    asked = asked_for()
    try:
        file, listed = load(asked.file), load(asked.seeds) if asked.seeds else None
        keys = read_keys(asked)
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as exc:
        print(f"无法核验 CANNOT CHECK: {exc}")
        return 2
    try:
        check(file, keys, listed)
    except Differs as exc:
        print(f"不一致 DIFFERS {exc.where or '/'}: {exc.zh} ({exc.en})")
        return 1
    for line in (*summary(file), *told_of_checks(file, keys, listed)):
        print(line)
    if listed is not None and shows_nothing(file, listed):
        zh, en = "清单是抽取之后才保存的", "the list was saved after the draw"
        print(f"无法核验是否事先公布 CANNOT CHECK that it was public before: {zh} ({en}).")
        return 2
    print("一致 OK: 每一步都已重算 every step was repeated.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
