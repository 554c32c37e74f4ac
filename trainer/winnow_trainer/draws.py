"""Every random choice of training, as a hash of the seed, the epoch, the row and the purpose.

The same numbers as src/train/draws.ts and `mix` of src/base/hash.ts: both engines draw the same passages.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Purposes of draws; two purposes never share a draw.
ORDER, POSITIVE, NEGATIVE = 1, 2, 3

_32 = 0xFFFFFFFF

Integers = NDArray[np.uint64]


def mix(*numbers: Any) -> Any:
    """Returns 32 bits that depend only on the given numbers: the finaliser of MurmurHash3 after each.

    Of whole numbers it is one, of which calls are many; an array is taken element by element. Factors and bits are
    below 2^32, so 64 bits hold every product.
    """
    bits: Any = 0x9E3779B9
    for number in numbers:
        bits = ((bits ^ (number & _32)) * 0x85EBCA6B) & _32
        bits = ((bits ^ (bits >> 13)) * 0xC2B2AE35) & _32
        bits = ((bits ^ (bits >> 16)) * 0x27D4EB2F + 0x165667B1) & _32
    return bits ^ (bits >> 15)


def order_of(codes: Integers, seed: int, epoch: int) -> NDArray[np.int64]:
    """Returns the order of rows in an epoch (from 1). :param codes: 64 bits of each row's id, as two numbers [rows x 2]"""
    drawn = mix(seed, epoch, codes[:, 0], codes[:, 1], ORDER) * 2**20 + (codes[:, 1] >> 12)
    return np.argsort(drawn, kind="stable")


def one_of(count: int, code: tuple[int, int], seed: int, epoch: int) -> int:
    """Draws one of several, another one in each epoch."""
    return 0 if count == 1 else mix(seed, epoch, *code, POSITIVE) % count


def some_of(passages: list[int], text_codes: Integers, code: tuple[int, int], seed: int, epoch: int, wanted: int) -> list[int]:
    """Draws passages of a list without replacement, each by a hash of its text.

    :param text_codes: 32 bits of each text
    :returns: `wanted` of them, or all if there are fewer
    """
    if not passages or wanted == 0:
        return []
    keys = mix(seed, epoch, *code, text_codes[np.asarray(passages)], NEGATIVE)
    return [passages[at] for at in np.argsort(keys, kind="stable")[:wanted]]
