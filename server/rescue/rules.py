"""What a rescue file may be, and every way in which one can be unusable. Pure."""

from server.kernel.errors import Conflict, Forbidden, Invalid, TooLarge, TooMany

MAX_FILE = 1024 * 1024 * 1024
MAX_SLICE = 8 * 1024 * 1024
MAX_TRIES = 20
MAX_PHOTOS = 5000
MAX_PHOTO = 25 * 1024 * 1024
MAX_WORK = 64 * 1024 * 1024
MAX_MANIFEST = 4 * 1024 * 1024
MIN_ROUNDS, MAX_ROUNDS = 600_000, 3_000_000


class RescueForeign(Invalid):
    """Not a rescue file, or one whose content contradicts itself."""

    code = "rescue-foreign"
    title = "This is not a rescue file of this app. Nothing was imported."
    title_zh = "这不是安巡的救援文件，请重新选择。没有导入任何内容。"


class RescueNewer(Invalid):
    """Written by an app that is newer than the server."""

    code = "rescue-newer"
    title = "This file was made by a newer app. Upgrade the server, then import it."
    title_zh = "文件由更新版本的应用生成，请先升级服务器再导入。没有导入任何内容。"


class RescuePassphrase(Invalid):
    """The first piece does not open: wrong passphrase, most likely."""

    code = "rescue-passphrase"
    title = "The passphrase does not fit this file. Ask whoever made the file."
    title_zh = "口令不对，请向生成文件的人核对。没有导入任何内容。"


class RescueKeyUnknown(Invalid):
    """Sealed to a key that this server does not have."""

    code = "rescue-key-unknown"
    title = "This file was sealed for another server. Bring it there."
    title_zh = "文件是为另一台服务器加密的，请交给那边打开。没有导入任何内容。"


class RescueDamaged(Invalid):
    """Bytes were changed on the way."""

    code = "rescue-damaged"
    title = "The file was damaged on the way. Copy it from the phone again."
    title_zh = "文件在传送中损坏，请从手机上重新拷贝一次。没有导入任何内容。"


class RescueCut(Invalid):
    """The end is missing."""

    code = "rescue-cut"
    title = "The file is incomplete. Copy it from the phone again."
    title_zh = "文件不完整，请从手机上重新拷贝一次。没有导入任何内容。"


class RescueTooLarge(TooLarge):
    """Larger than a rescue file can be."""

    code = "rescue-too-large"
    title = "This file is larger than a rescue file can be."
    title_zh = "文件太大，不像是救援文件，请重新选择。"


class RescueOffset(Conflict):
    """A slice that does not begin where the last one ended."""

    code = "rescue-offset"
    title = "The upload does not continue where it stopped."
    title_zh = "续传位置不一致，会自动重试。"


class RescueState(Conflict):
    """The file is not ready for this, or no longer."""

    code = "rescue-state"
    title = "This file must first be opened, or has been cleared away. Choose it again."
    title_zh = "文件还没有打开，或已被清理，请重新选择文件。"


class RescueTries(TooMany):
    """Somebody guesses passphrases."""

    code = "rescue-tries"
    title = "Too many wrong passphrases. Choose the file again later."
    title_zh = "口令错误次数过多，请稍后重新选择文件。"


class RescueNotYours(Forbidden):
    """Another person's work, from a region where the actor may not do this."""

    code = "rescue-not-yours"
    title = "This file holds the work of somebody outside your region."
    title_zh = "文件里是其他辖区人员的工作，您没有权限导入。没有导入任何内容。"
