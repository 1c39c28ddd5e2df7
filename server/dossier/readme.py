"""The first file that somebody opens."""

_TEXT = """\
安巡 · 证据包
============

检查编号：{number}
被检查单位：{unit}
照片：{photos} 张

这是什么
  一次安全检查的全部记录，连同每部手机发送的原始数据、手机的封签、照片原件、服务器的回执和审计
  日志摘录。任何人不需要服务器，也不需要网络，就能核验它自形成以来有没有被改动。

如何核验
  1. 安装 Python 3.9 或更高版本，再运行：pip install cryptography
  2. 从可信处取得 verify.py（本包内附有一份，但谨慎的人会用自己取得的一份）
  3. 运行：python3 verify.py 本文件.zip
  4. 若已知卫健局公布的公钥（或检查记录上印的密钥名），加上：--key 公钥
  显示“完好 OK”即未被改动；显示“不完好 BROKEN”时会指出第一处不符的文件和操作。

包内文件
  record.json       提交时的检查记录：答案、照片说明、签名、分歧
  hazards.json      查出的隐患及其后续办理，人员与场所名称
  definition.json   本次检查使用的检查表原文
  mutations.jsonl   手机发来的每一项操作，一字不改
  chain.jsonl       每部手机的操作链；与本次检查无关的操作只列摘要
  seals.jsonl       手机用自己的密钥所作的封签
  keys.json         手机与服务器的公钥
  receipts.jsonl    服务器对每张照片和每次提交出具的回执
  audit.jsonl       审计日志中与本次检查有关的条目
  visit.json        仅暗访有：到达情况和知情记录
  papers.json       仅出具过文书时有：每份文书的原文、签名或拒签、编号和指纹
  papers/           各份文书的打印件（PDF），文件名即校验码
  photos/           照片原件，文件名即其 SHA-256
  manifest.json     以上各文件的清单，manifest.sig 是服务器对清单的签名

它不能证明什么
  照片所拍的场景是否真实；当时是谁拿着手机；以及——若不与公布的公钥、手机上的回执或纸质记录上的
  密钥名比对——服务器的主人是否连同所有手机的密钥一起另造了一份。

------------------------------------------------------------------------------------------------

Anxun evidence package

Inspection {number} of {unit}, {photos} photos.

What it is
  One safety inspection with everything behind it: what each phone sent, byte for byte, the phones'
  own signatures, the photos as taken, the server's receipts, an excerpt of the audit log. Anybody
  can check, without the server and without a network, that nothing was changed since.

How to check it
  1. Install Python 3.9 or newer, then: pip install cryptography
  2. Get verify.py from where you trust it (a copy is in here; the careful use their own)
  3. Run: python3 verify.py this-file.zip
  4. If you know the bureau's published key, or its name as printed on the record: --key KEY
  "OK" means unchanged. "BROKEN" names the first member and mutation that do not fit.

What is in it
  record.json       the record as submitted: answers, facts of photos, signatures, conflicts
  hazards.json      what was found and how it went on; names of people and places
  definition.json   the checklist of this visit
  mutations.jsonl   everything the phones sent, byte for byte
  chain.jsonl       each phone's chain; other work stands in it as digests
  seals.jsonl       what the phones signed with keys of their own
  keys.json         public keys of phones and server
  receipts.jsonl    the server's receipts for each photo and each submission
  audit.jsonl       entries of the audit log about this inspection
  visit.json        of sealed visits only: the arrival, and who knew when
  papers.json       where papers were made: each one's exact text, marks, number and fingerprint
  papers/           each paper as printed (PDF), named by its code
  photos/           the photos as taken, named by their SHA-256
  manifest.json     the list of all these; manifest.sig is the server's signature of it

What it cannot show
  That the scene was real; who held the phone; and, unless you compare with the published key, a
  receipt on a phone, or the key's name on paper, that the server's owner has not made up another
  history together with every phone's key.
"""


def readme_of(number: str, unit: str, photos: int) -> bytes:
    """Return the text that explains the package, in Chinese and English."""
    return _TEXT.format(number=number, unit=unit, photos=photos).encode()
