"""`crossdock partner mailbox` with packaging/sshd and a real sshd: the partner has SFTP to its two folders and nothing else; the gateway takes and
puts files. Needs root, because it makes a user (and removes it); without, only what the command prints is looked at."""
# SPDX-License-Identifier: Apache-2.0
import grp
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

import servers
from servers import gateway
from world import Checks, World, digest, milestone

PARTNER, GROUP = "crossdock-trial", "crossdock-trials"
SOURCE = os.path.join(gateway.ROOT, "packaging", "sshd", "crossdock-mailboxes.conf")


def run(*arguments, stdin=None):
    return subprocess.run(arguments, input=stdin, capture_output=True, text=True, timeout=60)


def exists(find, name):
    try:
        return bool(find(name))
    except KeyError:
        return False


class Sshd(servers.Server):
    """The shipped configuration, with folders and group of this trial."""
    greeting = b"SSH-2.0"

    def __init__(self, root, mailboxes, keys):
        super().__init__(root, "sshd")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(self.root, "host")], check=True)
        with open(SOURCE, encoding="utf-8") as file:
            shipped = file.read().replace("/srv/crossdock/mailboxes", mailboxes).replace("/etc/crossdock/mailbox-keys", keys).replace("crossdock-partners", GROUP)
        os.makedirs("/run/sshd", exist_ok=True)
        config = servers.write(os.path.join(self.root, "sshd_config"),
                               f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.root}/host\nPidFile none\nUsePAM no\nSubsystem sftp internal-sftp\n" + shipped)
        self.launch(["/usr/sbin/sshd", "-D", "-e", "-f", config])

    def ssh(self, key, *command):
        return run("ssh", *self.options(key), f"{PARTNER}@127.0.0.1", *command)

    def options(self, key, port="-p"):
        return [port, str(self.port), "-i", key, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"]

    def sftp(self, key, *lines):
        return run("sftp", *self.options(key, "-P"), "-b", "-", f"{PARTNER}@127.0.0.1", stdin="\n".join(lines) + "\n")


def try_printing(binary, checks):
    printed = run(binary, "partner", "mailbox", "create", "acme", "--dry-run")
    checks.equal("--dry-run", printed.returncode, 0)
    for wanted in ("useradd", "/usr/sbin/nologin", "-m 2770", "pick_up: /srv/crossdock/mailboxes/acme/in"):
        checks.true(f"it prints {wanted}", wanted in printed.stdout)
    for wrong in ("root", "../x", "Acme", "a b", "-x", "a" * 33):
        checks.equal(f"the name {wrong} is refused", run(binary, "partner", "mailbox", "create", "--dry-run", "--", wrong).returncode, 2)


def try_keys(binary, folder, where, checks):
    keys = [os.path.join(folder, name) for name in ("one", "two")]
    for key in keys:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "of the partner", "-f", key], check=True)
    command = [binary, "partner", "mailbox", "keys", PARTNER, "--keys", where]
    checks.equal("two keys", run(*command, "--add", keys[0] + ".pub", "--add", keys[1] + ".pub").returncode, 0)
    prints = [run("ssh-keygen", "-l", "-f", key + ".pub").stdout.split()[1] for key in keys]
    checks.equal("their fingerprints", [line.split()[0] for line in run(*command).stdout.splitlines()], prints)
    checks.equal("a private key is refused", run(*command, "--add", keys[0]).returncode, 2)
    checks.equal("the second is removed", run(*command, "--remove", prints[1]).returncode, 0)
    return keys


def try_login(binary, world, checks):
    mailboxes = tempfile.mkdtemp(prefix="crossdock-mailboxes-", dir="/srv")
    os.chmod(mailboxes, 0o755)
    try:
        where = os.path.join(mailboxes, ".keys")  # sshd wants every folder above to be root's alone
        os.makedirs(where, mode=0o755)
        keys = try_keys(binary, world.root, where, checks)
        owner = servers.ME
        command = [binary, "partner", "mailbox", "create", PARTNER, "--root", mailboxes, "--keys", where, "--group", GROUP, "--gateway-user", owner]
        made = run(*command)
        checks.equal("the mailbox is made " + made.stderr, made.returncode, 0)
        checks.equal("and may be made again", run(*command).returncode, 0)
        sshd = world.serve(Sshd(world.root, mailboxes, where))
        channel = re.search(r"\{(.*)\}", made.stdout).group(1)
        channel = dict(pair.split(": ") for pair in channel.split(", "))
        world.partner("trial", "ATRL", {"directory": {**channel, "stable_for": "300ms", "every": "300ms"}})
        world.start()
        document = milestone("SHPMB", "ATRL")
        source = servers.write(os.path.join(world.root, "upload.edi"), document.decode())
        sent = sshd.sftp(keys[0], f"put {source} /in/a.part", "rename /in/a.part /in/a.edi", "ls /in", "ls /out")
        checks.equal("the partner puts a file " + sent.stderr[-300:], sent.returncode, 0)
        gateway.wait_for("its message", lambda: [one["sha256"] for one in world.messages("trial/directory")] == [digest(document)], 20)
        checks.true("the gateway takes it", True)
        world.tender("ATRL", "TNDMB")
        gateway.wait_for("a tender", lambda: os.listdir(os.path.join(mailboxes, PARTNER, "out")), 20)
        tender = os.path.join(world.root, "tender")
        name = os.listdir(os.path.join(mailboxes, PARTNER, "out"))[0]
        got = sshd.sftp(keys[0], f'get "/out/{name}" {tender}', f'rm "/out/{name}"', "ls /archive")
        text = open(tender, encoding="utf-8").read() if os.path.exists(tender) else got.stdout + got.stderr
        checks.true("it fetches the tender: " + text[-400:], "ST*204*" in text)
        checks.equal("and removes it", os.listdir(os.path.join(mailboxes, PARTNER, "out")), [])
        checks.true("the archive is closed to it", got.returncode != 0)
        refused(sshd, keys, world, checks)
    finally:
        run("userdel", PARTNER)
        run("groupdel", GROUP)
        shutil.rmtree(mailboxes, ignore_errors=True)


def refused(sshd, keys, world, checks):
    checks.true("no shell", "uid=" not in sshd.ssh(keys[0], "id").stdout)
    checks.true("no forwarding", run("ssh", *sshd.options(keys[0]), "-o", "ExitOnForwardFailure=yes", "-W", "127.0.0.1:22", f"{PARTNER}@127.0.0.1").returncode != 0)
    checks.true("the removed key is refused", sshd.sftp(keys[1], "ls /").returncode != 0)
    checks.true("nothing above its folders", sshd.sftp(keys[0], "ls /etc").returncode != 0)
    checks.true("nothing beside its folders", sshd.sftp(keys[0], "mkdir /other").returncode != 0)
    checks.true("not into what we put", sshd.sftp(keys[0], f"put {world.root}/upload.edi /archive/x").returncode != 0)


def main(binary):
    binary, checks = os.path.abspath(binary), Checks()
    try_printing(binary, checks)
    if os.getuid() == 0 and not exists(pwd.getpwnam, PARTNER) and not exists(grp.getgrnam, GROUP):
        with World(binary) as world:
            try_login(binary, world, checks)
    else:
        print("  without root: only what is printed")
    print(f"  {checks.done} checks, {len(checks.wrong)} wrong", flush=True)
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
