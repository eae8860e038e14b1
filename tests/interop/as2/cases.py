"""The matrix: every way in which a message can be made and its receipt be asked for, and a choice of it that covers all pairs of values."""
# SPDX-License-Identifier: Apache-2.0
import itertools
import random
from dataclasses import dataclass, fields

# Ten structures: compressed never, before or after signing; signed or not; encrypted or not.
STRUCTURES = ("plain", "sign", "encrypt", "sign-encrypt", "compress", "compress-sign", "sign-compress", "compress-encrypt", "compress-sign-encrypt",
              "sign-compress-encrypt")
DIGESTS = ("sha1", "sha256", "sha384", "sha512")
CIPHERS = ("3des", "aes128-cbc", "aes192-cbc", "aes256-cbc")
RECEIPTS = ("none", "sync-signed", "sync-unsigned", "async-signed", "async-unsigned")
ENCODINGS = ("binary", "base64")
PAYLOADS = ("crlf", "lf", "bytes")
SIGNATURES = ("pkcs1", "pss")
TRANSPORTS = ("pkcs1", "oaep")


@dataclass(frozen=True)
class Case:
    structure: str = "sign-encrypt"
    digest: str = "sha256"
    cipher: str = "aes128-cbc"
    receipt: str = "sync-signed"
    encoding: str = "binary"
    payload: str = "crlf"
    signature: str = "pkcs1"
    transport: str = "pkcs1"

    @property
    def signs(self):
        return "sign" in self.structure

    @property
    def encrypts(self):
        return "encrypt" in self.structure

    @property
    def compresses(self):
        """None, or where: "before" or "after" signing."""
        if "compress" not in self.structure:
            return None
        return "after" if self.structure.startswith("sign-compress") else "before"

    @property
    def asynchronous(self):
        return self.receipt.startswith("async")

    @property
    def wants_signed_receipt(self):
        return self.receipt.endswith("-signed")

    def normal(self):
        """Without what has no meaning in it: the digest stays, it is the MIC's too."""
        changes = {}
        if not self.encrypts:
            changes.update(cipher=CIPHERS[1], transport="pkcs1")
        if not self.signs:
            changes.update(signature="pkcs1")
        return Case(**{**self.__dict__, **changes})

    def __str__(self):
        words = [self.structure, self.digest]
        words += [self.cipher] if self.encrypts else []
        words += [self.receipt, self.encoding, self.payload]
        words += [self.signature] if self.signature != "pkcs1" else []
        words += [self.transport] if self.transport != "pkcs1" else []
        return " ".join(words)


def everything(values, allowed):
    """Every combination of `values` (field -> its values) that has a meaning and that `allowed` lets through, once."""
    names = list(values)
    seen = {}
    for chosen in itertools.product(*(values[name] for name in names)):
        case = Case(**dict(zip(names, chosen))).normal()
        if allowed(case):
            seen.setdefault(case)
    return list(seen)


def pairs_of(case, names):
    return {((one, getattr(case, one)), (other, getattr(case, other))) for one, other in itertools.combinations(names, 2)}


def pairwise(cases, seed=20261121, candidates=40):
    """Few of `cases` in which every two values stand together that do so anywhere in them. Greedy among some; the seed makes it repeatable."""
    names = [field.name for field in fields(Case)]
    pairs, having, chance = [pairs_of(case, names) for case in cases], {}, random.Random(seed)
    for place, those in enumerate(pairs):
        for pair in those:
            having.setdefault(pair, []).append(place)
    wanted, chosen = dict.fromkeys(sorted(having)), []
    while wanted:
        of_first = having[next(iter(wanted))]
        best = max(chance.sample(of_first, min(candidates, len(of_first))), key=lambda place: sum(pair in wanted for pair in pairs[place]))
        chosen.append(cases[best])
        for pair in pairs[best]:
            wanted.pop(pair, None)
    return chosen


def payload_of(case, number, scac="ACFL"):
    """A document of our own: a status in X12 whose segments end as asked, or with bytes of every value behind it."""
    sets = ["ST*214*0001", f"B10*PRO{number}*SHP{number}*{scac}", f"L11*BOL{number}*BM", "LX*1", "AT7*X3*NS***20260518*1432*CT", "MS1*MEMPHIS*TN*US",
            f"MS2*{scac}*TRL4455", "L11*1*QN", "AT8*G*L*12000*18"]
    head = f"ISA*00*          *00*          *02*{scac:<15}*ZZ*{'SHIPCO':<15}*260518*1432*U*00401*{number:09d}*0*P*>"
    lines = [head, f"GS*QM*{scac}*SHIPCO*20260518*1432*{number}*X*004010", *sets, f"SE*{len(sets) + 1}*0001", f"GE*1*{number}", f"IEA*1*{number:09d}"]
    end = {"crlf": "~\r\n", "lf": "~\n", "bytes": "~"}[case.payload]
    text = (end.join(lines) + end).encode()
    if case.payload == "bytes":
        # Everything that a careless reader trips over: all byte values, bare CR and LF, a line that looks like a boundary, zeros, no end of line.
        text += bytes(range(256)) + b"\r\n--boundary--\r\n\n\r\r\n" + bytes(64) + f"end {number}".encode()
    return text
