"""Counts what was compared and keeps what was wrong."""
# SPDX-License-Identifier: Apache-2.0
import time
import traceback


class Checks:
    def __init__(self):
        self.done, self.wrong, self.started = 0, [], time.monotonic()

    def equal(self, what, got, wanted):
        self.done += 1
        if got != wanted:
            self.wrong.append(f"{what}: {got!r}, expected {wanted!r}")
        return got == wanted

    def true(self, what, value, detail=""):
        self.done += 1
        if not value:
            self.wrong.append(f"{what}: not so {detail}".rstrip())
        return bool(value)

    def part(self, function, *arguments):
        """Runs a part of a trial; what breaks it off is a wrong of its own, so that the others run."""
        before = self.done
        try:
            function(self, *arguments)
        except Exception as error:  # pylint: disable=broad-except
            where = "".join(traceback.format_tb(error.__traceback__)[-2:]).replace("\n", " ")
            self.true(f"{function.__name__} goes through", False, f"{type(error).__name__}: {error} {where}")
        self.say(f"{function.__name__.removeprefix('check_').replace('_', ' ')}: {self.done - before} checks")

    def say(self, text):
        print(f"  {time.monotonic() - self.started:5.1f} s  {text}", flush=True)

    def end(self, limit=60):
        """The exit code."""
        for text in self.wrong[:limit]:
            print("  WRONG " + text[:1500])
        self.say(f"{self.done} checks, {len(self.wrong)} wrong")
        return 1 if self.wrong or not self.done else 0


def settle(ready, seconds, patience):
    """Waits until `ready()` gives (done, progress) with done true; gives up after `seconds`, or when progress stood still for `patience`."""
    end, last, since = time.monotonic() + seconds, None, time.monotonic()
    while time.monotonic() < end:
        done, progress = ready()
        if done:
            return True
        if progress != last:
            last, since = progress, time.monotonic()
        elif time.monotonic() - since > patience:
            return False
        time.sleep(0.05)
    return False
