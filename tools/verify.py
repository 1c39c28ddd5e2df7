#!/usr/bin/env python3
"""
核验安巡证据包 · Check an Anxun evidence package: python3 verify.py PACKAGE.zip [--key KEY]

No server and no network is asked. Needs Python 3.9 and `pip install cryptography`. --key: the
public key that the bureau has published (PEM, base64, or its 32-digit name); without it the keys
inside the package are believed. docs/dossier.md tells what this can show and what it cannot.

返回值 exit code: 0 完好 whole; 1 有改动，已指出第一处 broken, the first place is named;
2 无法核验 cannot be checked; 3 内容完好，但有注意事项 what is there is whole, but see the notes.
"""

import argparse
import base64
import hashlib
import json
import struct
import sys
import unicodedata
import zlib
from pathlib import Path

PART = 1 << 20
FIRST = ("README.txt", "verify.py", "manifest.json", "manifest.sig")
OTHERS = (
    "record.json", "hazards.json", "definition.json", "mutations.jsonl", "chain.jsonl",
    "seals.jsonl", "keys.json", "receipts.jsonl", "audit.jsonl",
)  # fmt: skip
# What a sealed visit brings along, and an inspection of which papers were made.
MAYBE = ("visit.json", "papers.json")
DONE = ("applied", "merged")


class Broken(Exception):
    """The first place that does not hold: in which member, and what is wrong there."""

    def __init__(self, where, zh, en):
        super().__init__(where, zh, en)
        self.where, self.zh, self.en = where, zh, en


class Found(dict):
    """The members; `last` is the one that was read last."""

    last = "ZIP"


def sha256(data):
    return hashlib.sha256(data).digest()


def field(value):
    """Length, colon, bytes, comma; nothing at all is a dash."""
    if value is None:
        return b"-,"
    data = value if isinstance(value, bytes) else str(value).encode()
    return b"%d:%b," % (len(data), data)


# --- the container: every byte of it follows from names and contents --------------------------


def is_photo(name):
    return name.startswith("photos/")


def may_be(name):
    """Say whether a member is one of those that not every package has."""
    return name in MAYBE or is_photo(name) or name.startswith("papers/")


def take(file, name, size):
    """Read one member; photos are hashed and not kept."""
    crc, digest, kept = 0, hashlib.sha256(), []
    while size:
        part = file.read(min(size, PART))
        if not part:
            raise Broken(name, "文件不完整", "it is cut short")
        size -= len(part)
        crc = zlib.crc32(part, crc)
        digest.update(part)
        if not is_photo(name):
            kept.append(part)
    return crc, digest.hexdigest(), b"".join(kept)


def unpack(file):
    """Return {name: (size, hash, bytes)}; the ZIP must be exactly what its contents make it."""
    found, lines, offset = Found(), [], 0
    head = file.read(30)
    last = "ZIP"
    while head[:4] == b"PK\3\4" and len(head) == 30:
        crc, size, _, length, _ = struct.unpack("<3I2H", head[14:])
        raw = file.read(length)
        name = raw.decode("ascii", "replace")
        real, digest, data = take(file, name, size)
        facts = struct.pack("<5H3I2H", 20, 0, 0, 0, 0x21, real, size, size, len(raw), 0)
        if crc != real:
            raise Broken(name, "内容与校验和不符，已被改动", "its bytes differ from its checksum")
        if head != b"PK\3\4" + facts or name in found or not raw.isascii():
            raise Broken(name, "ZIP 文件头被改动", "its ZIP header was changed")
        rest = struct.pack("<3H2I", 0, 0, 0, 0, offset)
        lines.append((name, b"PK\1\2" + struct.pack("<H", 20) + facts + rest + raw))
        found[name] = size, digest, data
        offset += 30 + length + size
        head, last = file.read(30), name
    listing = b"".join(line for _, line in lines)
    end = struct.pack("<4H2IH", 0, 0, len(lines), len(lines), len(listing), offset, 0)
    tail = head + file.read(len(listing) + 64)
    for name, line in lines:
        if not tail.startswith(line):
            where = name if tail[:4] == b"PK\1\2" else f"ZIP ({last})"
            raise Broken(where, "ZIP 目录与内容不符", "the ZIP directory does not fit its contents")
        tail = tail[len(line) :]
    if tail != b"PK\5\6" + end or not lines:
        raise Broken("ZIP", "ZIP 结尾被改动或不完整", "the end of the ZIP was changed or cut")
    return found


def strict(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def read(found, name, lines=False):
    """Read a member as JSON, or as one JSON a line."""
    found.last = name
    try:
        text = found[name][2].decode()
        parts = text.splitlines() if lines else [text]
        values = [json.loads(part, object_pairs_hook=strict) for part in parts]
        return values if lines else values[0]
    except (KeyError, ValueError, RecursionError) as exc:
        raise Broken(name, "缺失或无法读取", f"missing or unreadable ({exc})") from exc


# --- keys and the manifest --------------------------------------------------------------------


def key_name(public):
    return hashlib.sha256(public).hexdigest()[:32]


def holds(public, text, signature):
    """Say whether a signature holds: Ed25519 of a server, or P-256 of a device as r and s."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key, data = load_der_public_key(public), base64.b64decode(signature, validate=True)
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(data, text)
        elif isinstance(key, ec.EllipticCurvePublicKey) and len(data) == 64:
            r, s = (int.from_bytes(half, "big") for half in (data[:32], data[32:]))
            key.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def key_book(found):
    """Return the public keys by name: {"device": …, "server": …}; names are hashes of the keys."""
    book = {"device": {}, "server": {}}
    for kind, rows in read(found, "keys.json").items():
        for row in rows:
            public = base64.b64decode(row["public_key"])
            if key_name(public) != row["id"]:
                raise Broken("keys.json", f"密钥 {row['id']} 名实不符", f"key {row['id']} misnamed")
            book[kind][row["id"]] = dict(row, public=public)
    return book


def check_manifest(found, book, trusted):
    """Every member is listed with its hash, and the list is signed by a key that is trusted."""
    manifest, sig = read(found, "manifest.json"), read(found, "manifest.sig")
    key = book["server"].get(sig["key"])
    if key is None or (trusted and sig["key"] not in trusted):
        raise Broken("manifest.sig", f"密钥 {sig['key']} 不可信", f"{sig['key']} is not trusted")
    text = b"anxun-dossier-1\n" + found["manifest.json"][2]
    if not holds(key["public"], text, sig["signature"]):
        raise Broken("manifest.sig", "清单签名无效", "the signature of the manifest does not hold")
    listed = [member["name"] for member in manifest["members"]]
    for member in manifest["members"]:
        size, digest, _ = found.get(member["name"], (None, None, None))
        if size is None:
            raise Broken(member["name"], "包中缺少此文件", "it is listed but not in the package")
        if (size, digest) != (member["size"], member["sha256"]):
            raise Broken(member["name"], "与清单所列不同", "it is not what the manifest lists")
    order = [name for name in found if name not in FIRST[2:]]
    known = {*FIRST, *OTHERS}
    extra = next((n for n in order if n not in listed or not (n in known or may_be(n))), None)
    if order != listed or extra or not known <= set(found):
        raise Broken(extra or "manifest.json", "文件与清单不一致", "members and manifest differ")
    return manifest


# --- the chains of the phones -----------------------------------------------------------------


def digest_of(m):
    parts = (m["id"], m["name"], m["v"], m["at"], m["args"], ",".join(m["blobs"]))
    return sha256(b"anxun-mutation-1\n" + b"".join(map(field, parts)))


def told(m):
    return f"{m['client']} #{m['mid']} {m['name']} ({m['id']})"


def follow(found, mutations):
    """Make every link again; return {(client, mid): link} and in which piece each lies."""
    links, piece_of, placed = {}, {}, set()
    for number, piece in enumerate(read(found, "chain.jsonl", lines=True)):
        client, mid, link = piece["client"], piece["after"], bytes.fromhex(piece["link"])
        if mid == 0 and link != sha256(b"anxun-chain-1\n" + client.encode()):
            raise Broken("chain.jsonl", f"{client} 的链起点不对", f"{client}: wrong origin")
        links[client, mid] = link
        for step in piece["steps"]:
            mid += 1
            m = mutation_at(step, client, mid, mutations)
            link = sha256(link + (digest_of(m) if m else bytes.fromhex(step)))
            links[client, mid], piece_of[client, mid] = link, number
            if m and (m["client"], m["mid"]) == (client, mid):
                placed.add(m["id"])
                if link.hex() != m["link"]:
                    zh, en = f"链在 {told(m)} 处断开：此处被改动", f"the chain breaks at {told(m)}"
                    raise Broken("mutations.jsonl", zh, en + ": it was changed")
        if link.hex() != piece["head"]:
            raise Broken("chain.jsonl", f"{client} 在 #{mid} 前断链", f"{client}: broken by #{mid}")
    for m in mutations.values():
        if m["id"] not in placed:
            raise Broken("chain.jsonl", f"操作 {told(m)} 不在链上", f"{told(m)} is in no chain")
    return links, piece_of


def mutation_at(step, client, mid, mutations):
    """Return the mutation that a step names; None for one of which only the digest is told."""
    if not step:
        raise Broken("chain.jsonl", f"{client} #{mid} 缺失", f"{client} #{mid} is lost")
    if not step.startswith("="):
        return None
    if step[1:] not in mutations:
        zh, en = (
            f"缺少操作 {step[1:]}（{client} #{mid}）",
            f"{client} #{mid} is missing: {step[1:]}",
        )
        raise Broken("mutations.jsonl", zh, en)
    return mutations[step[1:]]


def check_seals(found, mutations, links, piece_of, book):
    """Check what devices signed; return the mutations that no signature reaches."""
    reach = {}
    for seal in read(found, "seals.jsonl", lines=True):
        client, after, mid = seal["client"], seal["after"], seal["mid"]
        if seal["state"] != "ok":
            continue
        name = f"{client} #{after + 1}–#{mid}"
        if (client, mid) not in links or (client, after) not in links:
            raise Broken(
                "chain.jsonl",
                f"封签 {name} 之前的操作有缺失",
                f"mutations before the seal {name} are missing",
            )
        prev, head = links[client, after].hex(), links[client, mid].hex()
        key = book["device"].get(seal["key"])
        if key is None or key["client"] != client:
            raise Broken("keys.json", f"封签 {name} 无设备密钥", f"no device key for seal {name}")
        text = f"anxun-seal-1\n{client}\n{mid}\n{prev}\n{head}\n".encode()
        if not holds(key["public"], text, seal["sig"]):
            raise Broken(
                "seals.jsonl",
                f"手机封签与内容不符（或设备密钥被更换）：{name}",
                f"the device signed something else (or its key differs): {name}",
            )
        piece = piece_of.get((client, mid))
        reach[piece] = max(mid, reach.get(piece, 0))
    return [
        m for m in mutations.values() if m["mid"] > reach.get(piece_of[m["client"], m["mid"]], 0)
    ]


# --- photos, receipts, the record -------------------------------------------------------------


def check_photos(found, photos, notes):
    """The bytes are those that photo.add named; return how many are here."""
    hashes = {photo["sha256"] for photo in photos.values()}
    here = {}
    for name, (size, digest, _) in found.items():
        if is_photo(name):
            stated = name[7:].split(".")[0]
            if stated != digest or digest not in hashes:
                raise Broken(name, "照片内容与其哈希不符", "these bytes are not the photo's")
            here[digest] = size
    for photo in photos.values():
        size = here.get(photo["sha256"])
        if size is None:
            notes.append(
                (
                    f"照片 {photo['id']} 的文件不在包中（未上传或已删除）",
                    f"the bytes of photo {photo['id']} are not in the package",
                )
            )
        elif size != photo["size"]:
            raise Broken("record.json", f"照片 {photo['id']} 大小不符", f"size of {photo['id']}")
    return len(here)


def receipt_of(row, book):
    """Return what a receipt says, once its signature holds."""
    key, said = book["server"].get(row["key"]), json.loads(row["payload"])
    text = b"anxun-receipt-1\n" + row["payload"].encode()
    if key is None or said["key"] != row["key"] or not holds(key["public"], text, row["sig"]):
        raise Broken("receipts.jsonl", f"回执 {row['id']} 签名无效", f"receipt {row['id']}: false")
    return said


def check_receipts(found, record, photos, links, book, notes):
    """The server once answered for these bytes and for this record."""
    receipts = [receipt_of(row, book) for row in read(found, "receipts.jsonl", lines=True)]
    submissions = [said for said in receipts if said["kind"] == "submission"]
    seen = {said["photo"]: said for said in receipts if said["kind"] == "photo"}
    for key, said in seen.items():
        photo = photos.get(key)
        if photo and (photo["sha256"], photo["size"]) != (said["sha256"], said["size"]):
            raise Broken(
                "record.json",
                f"照片 {key} 与服务器回执不符",
                f"photo {key} is not the one that was acknowledged",
            )
    check_submissions(submissions, found, record, links, notes)
    bare = [p for p in photos if p not in seen]
    if bare:
        notes.append((f"{len(bare)} 张照片没有回执", f"{len(bare)} photos have no receipt"))
    return len(receipts)


def check_submissions(submissions, found, record, links, notes):
    """The record is the one that was submitted, and the chains stand where they stood then."""
    for said in submissions:
        for head in said["chains"]:
            link = links.get((head["client"], head["mid"]))
            if link and link.hex() != head["head"]:
                raise Broken(
                    "chain.jsonl",
                    f"{head['client']} #{head['mid']} 与提交回执不符",
                    f"{head['client']} #{head['mid']} is not what was acknowledged",
                )
    submitted = record["inspection"]["state"] == "submitted"
    if submitted and not submissions:
        notes.append(("没有提交回执", "there is no receipt of the submission"))
        return
    last = max((said["at"] for said in submissions), default=None)
    latest = {said["record"] for said in submissions if said["at"] == last}
    if submitted and hashlib.sha256(found["record.json"][2]).hexdigest() not in latest:
        raise Broken(
            "record.json",
            "与提交时的回执不符，记录已被改动",
            "it is not the record for which the submission's receipt was given",
        )


def plain(value):
    """A value without what the server tidies: blanks, unseen signs, the order of choices."""
    if isinstance(value, str):
        signs = unicodedata.normalize("NFC", value)
        kinds = ((sign, unicodedata.category(sign)) for sign in signs)
        return "".join(sign for sign, kind in kinds if kind[0] != "Z" and kind not in ("Cc", "Cf"))
    if not isinstance(value, list):
        return value
    parts = [plain(one) for one in value]
    return sorted(parts) if all(isinstance(one, str) for one in parts) else parts


def same(one, other):
    one, other = plain(one), plain(other)
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def words_of(record, mutations):
    """Return what was said on each field, in the order in which the server took it."""
    words, inspection = {}, record["inspection"]["id"]
    for m in sorted(mutations.values(), key=lambda m: (m["received_at"], m["mid"])):
        if m["name"] not in ("answer.set", "conflict.resolve") or m["status"] not in DONE:
            continue
        args = json.loads(m["args"])
        if args["inspection"] == inspection:
            said = args["set"] if "set" in args else {args["field"]: args["value"]}
            for name, value in said.items():
                words.setdefault((args["target"], args["item"], name), []).append((value, m))
    return words


def check_answers(record, mutations, people):
    """Every answer on record was said by a phone of whom it names; every word is on record."""
    words = words_of(record, mutations)
    decided = {(c["target_id"], c["item_key"], c["field"]) for c in record["conflicts"]}
    for answer in record["answers"]:
        for name, state in answer["fields"].items():
            place = (answer["target_id"], answer["item_key"], name)
            wrong = misfit(state, words.pop(place, []), people, place in decided)
            if wrong:
                at = " ".join(filter(None, (place[1], place[0], name)))
                raise Broken("record.json", f"答案 {at} {wrong[0]}", f"answer {at}: {wrong[1]}")
    if words:
        target, item, name = min(words)
        raise Broken("record.json", f"缺少答案 {item} {target} {name}", f"{item} {name} is missing")
    return len(record["answers"])


def misfit(state, said, people, decided):
    """Say what of an answer does not follow from what phones said; nothing when all does."""
    if not said:
        return "没有任何手机说过", "no phone said it"
    if decided:  # people have settled it; both words stand in the record's conflicts
        fits = any(same(state["v"], value) for value, _ in said)
        return None if fits else ("不是任何一方所说", "it is what neither side said")
    if state["rev"] != len(said):
        return "与手机所说次数不符：有操作被删或添加", "words were left out or put in"
    for word in state.get("candidates") or [state]:
        author = word.get("of") or word["by"]  # "of": accepted by a lead under their own name
        if not any(same(word["v"], v) and people.get(m["client"]) == author for v, m in said):
            return "与手机所说不符", "it is not what a phone of this person said"
    alone = len({m["client"] for _, m in said}) == 1 and "of" not in state
    if alone and not same(state["v"], said[-1][0]):
        return "不是最后所说", "it is not what was said last"
    return None


RULES = {
    "inspection.start": ("inspection", {"unit_id": "unit_id", "definition": "definition",
                                        "checklist_key": "checklist_key", "mode": "mode"}),
    "photo.add": ("photo", {"sha256": "sha256", "size": "size", "mime": "mime", "w": "w", "h": "h",
                            "origin": "origin", "purpose": "purpose", "item": "item_key",
                            "target": "target_id"}),
    "signature.add": ("signature", {"party": "party", "name": "name", "refused": "refused",
                                    "strokes": "strokes", "reason": "reason",
                                    "person_id": "person_id", "photo_ids": "photo_ids",
                                    "item": "item_key", "target": "target_id"}),
    "hazard.open": ("hazard", {"unit_id": "unit_id", "title": "title", "item": "item_key",
                               "description": "description", "target": "target_id"}),
}  # fmt: skip


def paper_misfit(paper, said):
    """Say what of a paper does not follow from what was signed and sent; nothing when all does."""
    head, body, signing = paper["head"], json.loads(paper["body"]), json.loads(paper["signing"])
    texts = [paper[name].encode() for name in ("body", "signing")]
    whole = sha256(b"anxun-paper-1\n" + b"".join(b"%d:%b," % (len(t), t) for t in texts))
    if signing["over"] != sha256(texts[0]).hex():
        return "签名所针对的不是这份内容", "the marks were made over another text"
    if head["hash"] != whole.hex():
        return "指纹与内容不符", "its fingerprint is not that of its text and marks"
    if said is None or any(said[name] != paper[name] for name in ("body", "signing")):
        return "与手机所发不符", "it is not what a phone sent"
    outcome = next(mark["how"] for mark in signing["marks"] if mark["party"] == "unit")
    before = (body.get("replaces") or {}).get("id")
    names = ("layout", "version", "track", "code", "edition")
    told = [body[name] for name in names] + [body["office"]["name"], outcome, before]
    kept = [head[name] for name in (*names, "office", "outcome", "replaces_id")]
    return None if told == kept else ("登记与原文不符", "its entry says other things than its text")


def check_papers(found, record, photos, mutations, log):
    """Every paper that a phone issued is here, as it was sent, numbered as the log says."""
    papers = read(found, "papers.json")["papers"] if "papers.json" in found else []
    visit = record["inspection"]["id"]
    rows = [m for m in mutations.values() if m["name"] == "paper.issue" and m["status"] in DONE]
    said = {args["id"]: args for args in (json.loads(m["args"]) for m in rows)}
    logged = {line["subject_id"]: line for line in log if line["action"] == "paper.issue"}
    for paper in papers:
        head = paper["head"]
        wrong = paper_misfit(paper, said.pop(head["id"], None))
        line = json.loads(logged[head["id"]]["details"]) if head["id"] in logged else {}
        if not wrong and (line.get("number"), line.get("hash")) != (head["number"], head["hash"]):
            wrong = "编号与审计日志不符", "its number is not the one that the log gives"
        if not wrong and head["inspection_id"] != visit:
            wrong = "不属于本次检查", "it belongs to another inspection"
        marks = json.loads(paper["signing"])["marks"]
        for proof in [photo for mark in marks for photo in mark.get("photos") or ()]:
            if not wrong and photos.get(proof["id"], {}).get("sha256") != proof["sha256"]:
                wrong = (
                    "拒签照片不符",
                    f"photo {proof['id']} is not the one that was signed",
                )
        if wrong:
            where = f"文书 {head['number']}", f"paper {head['number']}"
            raise Broken("papers.json", f"{where[0]} {wrong[0]}", f"{where[1]}: {wrong[1]}")
    lost = [args["id"] for args in said.values() if args["inspection"] == visit]
    if lost:
        raise Broken("papers.json", f"缺少文书 {lost[0]}", f"the paper {lost[0]} is missing")
    codes = {f"papers/{paper['head']['code']}.pdf" for paper in papers}
    strange = [name for name in found if name.startswith("papers/") and name not in codes]
    if strange:
        raise Broken(strange[0], "没有对应的文书", "it is the print of no paper in the package")
    return len(papers)


def check_rows(record, hazards, photos, mutations):
    """What phones brought into being stands as they said it, and nothing stands unsaid."""
    rows = {("inspection", record["inspection"]["id"]): record["inspection"]}
    rows.update({("photo", key): photo for key, photo in photos.items()})
    rows.update({("signature", row["id"]): row for row in record["signatures"]})
    rows.update({("hazard", row["id"]): row for row in hazards})
    said = set()
    for m in sorted(mutations.values(), key=lambda m: (m["received_at"], m["mid"])):
        kind, names = RULES.get(m["name"], (None, None))
        args = json.loads(m["args"])
        if kind is None or m["status"] not in DONE or (kind, args["id"]) in said:
            continue  # what a second phone says of the same row adds to it and changes nothing
        row = rows.get((kind, args["id"]))
        said.add((kind, args["id"]))
        if row is None and kind in ("photo", "hazard"):
            continue  # taken back, or shown to others only
        for name, column in names.items():
            if row is None or not same(args.get(name) or None, row[column] or None):
                raise Broken(
                    "record.json",
                    f"{kind} {args['id']} 的 {column} 与 {told(m)} 不符",
                    f"{column} of {kind} {args['id']} is not what {told(m)} says",
                )
    if record["inspection"]["state"] == "submitted" and not submits(mutations, record):
        raise Broken("mutations.jsonl", "没有提交操作", "no phone submitted this record")
    bare = sorted(set(rows) - said)
    if bare:
        raise Broken("mutations.jsonl", f"{bare[0]} 没有对应的操作", f"no mutation made {bare[0]}")


def submits(mutations, record):
    return any(
        m["name"] == "inspection.submit"
        and m["status"] in DONE
        and json.loads(m["args"])["inspection"] == record["inspection"]["id"]
        for m in mutations.values()
    )


# --- the audit log ----------------------------------------------------------------------------

SAID = ("seq", "at", "actor_id", "actor_name", "action", "subject_type", "subject_id", "unit_id",
        "details")  # fmt: skip


def check_head(head, seq, link, book):
    """The end of the log as the server once signed it."""
    text = f"anxun-audit-head-1\n{head['seq']}\n{head['at']}\n{head['link']}\n".encode()
    key = book["server"].get(head["key"])
    fits = (head["seq"], head["link"]) == (seq, link.hex())
    if not fits or key is None or not holds(key["public"], text, head["sig"]):
        zh, en = f"审计链 #{seq} 与签名的链头不符", f"the log differs from its signed end at {seq}"
        raise Broken("audit.jsonl", zh, en)


def check_audit(found, book):
    """Each piece of the log hangs together, up to an end that the server signed."""
    link, seq, told = None, None, []
    for line in read(found, "audit.jsonl", lines=True):
        if "from" in line:
            link, seq = bytes.fromhex(line["link"]), line["from"]
        elif "digests" in line:
            for digest in line["digests"]:
                link, seq = sha256(link + bytes.fromhex(digest)), seq + 1
        elif "head" in line:
            check_head(line["head"], seq, link, book)
        else:
            said = [line[name] for name in SAID] + [bytes.fromhex(line["salt"])]
            data = b"anxun-audit-1\n" + b"".join(map(field, said))
            link, seq = sha256(link + sha256(data)), line["seq"]
            told.append(line)
            if link.hex() != line["link"]:
                zh, en = (
                    f"审计链在 #{seq} {line['action']} 处断开",
                    f"the log breaks at entry {seq}",
                )
                raise Broken("audit.jsonl", zh, en)
    check_registered(told, book)
    return told


def check_registered(told, book):
    """Every device key in the package was registered for its client, and the log says so."""
    lines = [line for line in told if line["action"] == "device-key.register"]
    known = {(line["subject_id"], json.loads(line["details"])["client"]) for line in lines}
    for name, key in book["device"].items():
        if (name, key["client"]) not in known:
            zh, en = f"设备密钥 {name} 没有登记记录", f"nothing logs that {name} was registered"
            raise Broken("keys.json", zh, en)


# --- all of it --------------------------------------------------------------------------------


def check(file, trusted=()):
    """Check a package; return counts and notes, or raise Broken."""
    found = unpack(file)
    try:
        return check_contents(found, trusted)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as exc:
        raise Broken(found.last, "数据结构不对", f"it has a wrong form: {exc!r}") from exc


def check_visit(found):
    """The log of who knew of a sealed visit and when: every line is tied to the one before it."""
    if "visit.json" not in found:
        return 0
    visit = read(found, "visit.json")
    prefix = b"anxun-visit-log-1\n"
    before = sha256(prefix + visit["id"].encode())
    for number, line in enumerate(visit["log"], start=1):
        names = ("seq", "at", "person", "how", "by", "details")
        before = sha256(before + sha256(prefix + b"".join(field(line[name]) for name in names)))
        if line["seq"] != number or line["link"] != before.hex():
            raise Broken("visit.json", f"知情记录第 {number} 条不符", f"line {number} was changed")
    return len(visit["log"])


def check_contents(found, trusted):
    notes = []
    book = key_book(found)
    check_manifest(found, book, trusted)
    rows = read(found, "mutations.jsonl", lines=True)
    mutations = {row["id"]: row for row in rows}
    if len(mutations) != len(rows):
        raise Broken("mutations.jsonl", "同一操作出现两次", "a mutation stands there twice")
    links, piece_of = follow(found, mutations)
    bare = check_seals(found, mutations, links, piece_of, book)
    if bare:
        notes.append(
            (
                f"{len(bare)} 项操作没有手机封签，首项为 {told(bare[0])}",
                f"{len(bare)} mutations carry no device's seal, first {told(bare[0])}",
            )
        )
    record, hazards = read(found, "record.json"), read(found, "hazards.json")
    extra = read(found, "papers.json")["photos"] if "papers.json" in found else []
    photos = {photo["id"]: photo for photo in record["photos"] + hazards["photos"] + extra}
    if (
        hashlib.sha256(found["definition.json"][2]).hexdigest()
        != record["inspection"]["definition"]
    ):
        raise Broken(
            "definition.json", "不是本次检查所用的检查表", "not the checklist of this visit"
        )
    here = check_photos(found, photos, notes)
    receipts = check_receipts(found, record, photos, links, book, notes)
    people = {s["client"]: s["person"] for s in read(found, "chain.jsonl", lines=True)}
    answers = check_answers(record, mutations, people)
    check_rows(record, hazards["hazards"], photos, mutations)
    other = [m for m in mutations.values() if m["status"] not in DONE]
    if other:
        notes.append(
            (
                f"{len(other)} 项操作未被服务器采纳，首项为 {told(other[0])}",
                f"{len(other)} mutations did not take effect, first {told(other[0])}",
            )
        )
    audit = check_audit(found, book)
    papers = check_papers(found, record, photos, mutations, audit)
    counts = {
        "文件 members": len(found), "操作 mutations": len(mutations),
        "有手机封签 sealed": len(mutations) - len(bare), "手机 phones": len(people),
        "答案 answers": answers, "照片 photos": here, "回执 receipts": receipts,
        "审计 audit entries": len(audit), "文书 papers": papers,
        "知情记录 who knew when": check_visit(found),
    }  # fmt: skip
    return counts, notes


def key_given(text):
    """Return the name of a key given as PEM file, PEM, base64 or name."""
    if Path(text).is_file():
        text = Path(text).read_text()
    body = "".join(line for line in text.split() if "-" not in line)
    body = body.replace("PUBLICKEY", "").replace("BEGIN", "").replace("END", "")
    return body.lower() if len(body) == 32 else key_name(base64.b64decode(body, validate=True))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    parser.add_argument("package", help="证据包 the package")
    parser.add_argument("--key", action="append", default=[], help="可信公钥 a public key to trust")
    given = parser.parse_args(arguments)
    try:
        trusted = [key_given(text) for text in given.key]
        with Path(given.package).open("rb") as file:
            counts, notes = check(file, trusted)
    except Broken as broken:
        print(f"不完好 BROKEN: {broken.where}\n  {broken.zh}\n  {broken.en}")
        return 1
    except (OSError, ValueError, ImportError) as exc:
        print(f"无法核验 CANNOT CHECK: {exc}")
        return 2
    if not trusted:
        print("密钥取自包内，未与公布的公钥比对 The keys come from the package itself (see --key)")
    for zh, en in notes:
        print(f"注意 NOTE: {zh}\n  {en}")
    print("完好 OK: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    return 3 if notes else 0


if __name__ == "__main__":
    sys.exit(main())
