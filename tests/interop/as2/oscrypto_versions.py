"""Import this before pyas2lib: oscrypto 1.3.0 does not find the version in "OpenSSL 3.0.22", which has two digits at its end (Debian's package is mended)."""
# SPDX-License-Identifier: Apache-2.0
import re

_search = re.search
_ONE_DIGIT = r"\b(\d\.\d\.\d[a-z]*)\b"


def _search_longer(pattern, text, flags=0):
    return _search(r"\b(\d\.\d\.\d+[a-z]*)\b" if pattern == _ONE_DIGIT else pattern, text, flags)


re.search = _search_longer
try:
    import oscrypto.asymmetric  # noqa: F401
finally:
    re.search = _search
