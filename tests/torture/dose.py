"""
How much: a little in `make test`, more in `make torture`.

A seed repeats what phones do and whom the killer aims at when.
"""

import os
import random

KILLS = int(os.environ.get("ANXUN_TORTURE_KILLS", "50"))
POINTS = int(os.environ.get("ANXUN_TORTURE_POINTS", "300"))
SEED = int(os.environ.get("ANXUN_TORTURE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
