"""Real servers of file transfer and mail on free ports of the loopback interface, each in a folder of its own: OpenSSH, ProFTPD (SFTP, FTP),
vsftpd, rclone, Dovecot, and aiosmtpd for mail that leaves. All run as whoever starts them where they can."""
# SPDX-License-Identifier: Apache-2.0
import asyncio
import logging
import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "support"))
import gateway  # noqa: E402

logging.getLogger("mail").setLevel(logging.CRITICAL)  # it tells of every session
warnings.simplefilter("ignore")

USER, PASSWORD = "edi", "correct horse"
IS_ROOT = os.getuid() == 0
ME = pwd.getpwuid(os.getuid()).pw_name


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def write(path, text):
    gateway.write(path, text)
    return path


def answers(port, greeting=b""):
    """Whether something listens there; for servers that greet, whether they do."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as one:
            one.settimeout(5)
            return not greeting or one.recv(200).startswith(greeting)
    except OSError:
        return False


class Certificates:
    """An authority of our own and a certificate for localhost; another authority that is not the right one."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.authority, self.certificate, self.key = (os.path.join(folder, name) for name in ("ca.pem", "server.pem", "server.key"))
        self.other_authority, self.both = os.path.join(folder, "other-ca.pem"), os.path.join(folder, "both.pem")
        request, ca_key = os.path.join(folder, "server.csr"), os.path.join(folder, "ca.key")
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", ca_key, "-out", self.authority, "-days", "30",
                 "-subj", "/CN=Interop CA")
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", os.path.join(folder, "other.key"), "-out",
                 self.other_authority, "-days", "30", "-subj", "/CN=Another CA")
        self.run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", request, "-subj", "/CN=localhost")
        extension = write(os.path.join(folder, "extension"), "subjectAltName=DNS:localhost\n")
        self.run("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", ca_key, "-CAcreateserial", "-out", self.certificate, "-days", "20", "-extfile",
                 extension)
        with open(self.both, "w", encoding="utf-8") as out:
            for path in (self.certificate, self.key):
                with open(path, encoding="utf-8") as one:
                    out.write(one.read())
        os.chmod(self.both, 0o600)

    @staticmethod
    def run(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Server:
    """A child process with a folder; `home` is the folder that its user sees."""
    greeting = b""

    def __init__(self, root, name):
        self.root = os.path.join(root, name)
        self.home = os.path.join(self.root, "home")
        os.makedirs(self.home, exist_ok=True)
        self.port = free_port()
        self.process = None

    def launch(self, arguments, env=None, port=None):
        self.arguments, self.env, self.waited = arguments, env, port or self.port
        self.start()

    def start(self):
        self.process = gateway.Process(self.arguments, os.path.join(self.root, "server.log"), self.env)
        gateway.wait_for(f"{type(self).__name__} on port {self.waited}", lambda: answers(self.waited, self.greeting) or not self.process.alive(), 20)
        if not self.process.alive():
            raise gateway.Failed(f"{type(self).__name__} ended at once:\n{self.process.tail()}")

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process = None


class Dovecot(Server):
    """IMAP over TLS, a Maildir; password log-in for any user."""
    greeting = b"* OK"

    def __init__(self, root, certificates):
        super().__init__(root, "dovecot")
        self.imaps = free_port()
        owner = pwd.getpwnam("mail") if IS_ROOT else pwd.getpwuid(os.getuid())
        if IS_ROOT:
            for folder in (root, self.root):
                os.chmod(folder, 0o755)
            os.chown(self.home, owner.pw_uid, owner.pw_gid)
        users = "" if IS_ROOT else (f"default_internal_user = {ME}\ndefault_login_user = {ME}\n"
                                    f"default_internal_group = {owner.pw_gid}\n")
        base = os.path.join(self.root, "run")
        os.makedirs(base, exist_ok=True)
        self.config = write(os.path.join(self.root, "dovecot.conf"), f"""base_dir = {base}
state_dir = {base}
log_path = {self.root}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificates.certificate}
ssl_key = <{certificates.key}
disable_plaintext_auth = no
{users}mail_location = maildir:{self.home}/%u
first_valid_uid = 1
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={PASSWORD.replace(' ', '_')}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={self.home}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
""")
        self.password = PASSWORD.replace(" ", "_")
        self.launch(["/usr/sbin/dovecot", "-F", "-c", self.config])

    def stop(self):
        """Its master ends its children, so it is asked."""
        if self.process is not None:
            self.process.child.terminate()
            self.process.child.wait(20)
            self.process = None

    def client(self, user=USER):
        import imaplib
        one = imaplib.IMAP4("127.0.0.1", self.port)
        one.login(user, self.password)
        return one


class Smtp:
    """aiosmtpd with STARTTLS or TLS, log-in, and faults on demand; keeps what it took in `mails`."""

    def __init__(self, certificates, implicit=True):
        import ssl
        from aiosmtpd.smtp import SMTP as Protocol, AuthResult
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate, certificates.key)
        self.mails, self.fault = [], None
        outer = self

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("nobody@"):
                    return "550 5.1.1 no such mailbox"
                if address.startswith("later@"):
                    return "450 4.2.1 try again later"
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                if outer.fault == "refuse":
                    return "554 5.7.1 refused by policy"
                if outer.fault == "later":
                    return "451 4.3.0 try again later"
                outer.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
                if outer.fault == "cut_after":  # taken, but nobody learns of it
                    outer.fault = None
                    server.transport.abort()
                return "250 OK queued"

        def authenticate(server, session, envelope, mechanism, data):
            good = mechanism in ("PLAIN", "LOGIN") and data.login == USER.encode() and data.password == PASSWORD.encode()
            return AuthResult(success=good)

        def protocol():
            return Protocol(Handler(), authenticator=authenticate, auth_required=True, auth_require_tls=not implicit, data_size_limit=8 << 20, loop=self.loop,
                            tls_context=None if implicit else context, require_starttls=not implicit, hostname="localhost")

        self.port = free_port()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        opening = self.loop.create_server(protocol, "127.0.0.1", self.port, ssl=context if implicit else None)
        self.server = asyncio.run_coroutine_threadsafe(opening, self.loop).result(10)

    def stop(self):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)


class Vsftpd(Server):
    """FTP with TLS by AUTH or from the first byte; its one user has a password and a folder that is the root."""
    greeting = b"220"
    kind, user, folder = "ftp", "anonymous", ""

    def __init__(self, root, certificates, binary="/usr/sbin/vsftpd", tls="explicit"):
        super().__init__(root, "vsftpd-" + tls)
        self.tls, self.password = tls, PASSWORD.replace(" ", "_")
        self.greeting = b"" if tls == "implicit" else b"220"
        for name in ("out", "in", "out/archive"):
            os.makedirs(os.path.join(self.home, name), exist_ok=True)
        owner = "ftp" if IS_ROOT and has_user("ftp") else "nobody" if IS_ROOT else ME
        if IS_ROOT:
            give(self.root, owner)
            os.chmod(root, 0o755)
            os.chown(self.home, 0, 0)
        os.chmod(self.home, 0o555)  # it refuses a root that its user may write
        empty = os.path.join(self.root, "empty")
        os.makedirs(empty, exist_ok=True)
        passwords = write(os.path.join(self.root, "passwords"), self.password + "\n")
        log = os.path.join(self.root, "transfers")
        secure = "" if tls == "none" else f"""ssl_enable=YES
allow_anon_ssl=YES
force_anon_logins_ssl=YES
force_anon_data_ssl=YES
rsa_cert_file={certificates.certificate}
rsa_private_key_file={certificates.key}
require_ssl_reuse=NO
ssl_sslv2=NO
ssl_sslv3=NO
ssl_tlsv1=YES
implicit_ssl={'YES' if tls == 'implicit' else 'NO'}
"""
        config = write(os.path.join(self.root, "vsftpd.conf"), f"""listen=YES
listen_address=127.0.0.1
listen_port={self.port}
background=NO
anonymous_enable=YES
local_enable=NO
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_world_readable_only=NO
anon_umask=022
anon_root={self.home}
ftp_username={owner}
nopriv_user={'nobody' if IS_ROOT else ME}
secure_email_list_enable=YES
email_password_file={passwords}
secure_chroot_dir={empty}
seccomp_sandbox=NO
pasv_address=127.0.0.1
use_localtime=NO
xferlog_file={log}
{'' if IS_ROOT else 'run_as_launching_user=YES'}
{secure}""")
        if IS_ROOT:
            os.chown(config, 0, 0)
        library = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(binary))), "usr/lib/x86_64-linux-gnu")
        self.launch([binary, config], {"LD_LIBRARY_PATH": library} if os.path.isdir(library) and not binary.startswith("/usr") else None)

    def channel(self, world):
        return {"host": "localhost", "port": self.port, "tls": self.tls, "user": self.user, "password": world.secret("vsftpd", self.password),
                **({} if self.tls == "none" else {"authorities": world.certificates.authority})}


class Proftpd(Server):
    """FTP with TLS, or SFTP, by virtual users."""
    user = USER

    def __init__(self, root, certificates, kind="ftp", tls="explicit"):
        super().__init__(root, f"proftpd-{kind}-{tls}")
        self.kind, self.tls, self.certificates = kind, tls, certificates
        self.greeting = b"SSH-2.0" if kind == "sftp" else b"" if tls == "implicit" else b"220"
        self.folder = self.home
        for name in ("out", "in", "out/archive"):
            os.makedirs(os.path.join(self.home, name), exist_ok=True)
        owner = pwd.getpwnam("nobody") if IS_ROOT else pwd.getpwuid(os.getuid())
        if IS_ROOT:
            give(self.root, owner.pw_name)
            os.chmod(root, 0o755)
        hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True).stdout.strip()
        users = write(os.path.join(self.root, "users"), f"{USER}:{hashed}:{owner.pw_uid}:{owner.pw_gid}:x:{self.home}:/bin/false\n")
        os.chmod(users, 0o600)
        modules = ["mod_tls.c" if kind == "ftp" else "mod_sftp.c"]
        secure = f"""<IfModule mod_tls.c>
TLSEngine on
TLSRequired on
TLSRSACertificateFile {certificates.certificate}
TLSRSACertificateKeyFile {certificates.key}
TLSOptions NoSessionReuseRequired {'UseImplicitSSL' if tls == 'implicit' else ''}
TLSProtocol TLSv1.2 TLSv1.3
</IfModule>""" if kind == "ftp" else self.sftp()
        config = write(os.path.join(self.root, "proftpd.conf"), f"""ServerType standalone
ServerName interop
Port {self.port}
DefaultAddress 127.0.0.1
SocketBindTight on
ModulePath /usr/lib/proftpd
{chr(10).join('LoadModule ' + one for one in modules)}
User {owner.pw_name}
Group {group_name(owner.pw_gid)}
AuthOrder mod_auth_file.c
AuthUserFile {users}
RequireValidShell off
WtmpLog off
UseReverseDNS off
AllowOverwrite on
AllowStoreRestart on
AllowRetrieveRestart on
PidFile {self.root}/pid
ScoreboardFile {self.root}/scoreboard
DelayEngine off
TimeoutIdle 120
SystemLog {self.root}/proftpd.log
{secure}
""")
        self.launch(["/usr/sbin/proftpd", "-n", "-q", "-c", config])

    def sftp(self):
        keys = os.path.join(self.root, "host")
        subprocess.run(["ssh-keygen", "-q", "-m", "PEM", "-t", "ecdsa", "-N", "", "-f", keys], check=True)
        self.host_keys = [fingerprint(keys + ".pub")]
        return f"""SFTPEngine on
SFTPHostKey {keys}
SFTPLog {self.root}/sftp.log
SFTPAuthMethods password"""

    def channel(self, world):
        base = {"host": "localhost" if self.kind == "ftp" else "127.0.0.1", "port": self.port, "user": USER, "password": world.secret("proftpd", PASSWORD)}
        if self.kind == "sftp":
            return {**base, "host_keys": self.host_keys}
        return {**base, "tls": self.tls, "authorities": world.certificates.authority}


class OpenSsh(Server):
    """sshd with internal-sftp; its user is whoever runs the tests, by key."""
    greeting, kind = b"SSH-2.0", "sftp"

    def __init__(self, root, _=None):
        super().__init__(root, "openssh")
        self.user, self.folder = ME, self.home
        for name in ("out", "in", "out/archive"):
            os.makedirs(os.path.join(self.home, name), exist_ok=True)
        if IS_ROOT:
            os.makedirs("/run/sshd", exist_ok=True)
            os.chmod(root, 0o755)
        self.key = os.path.join(self.root, "client")
        for path in (os.path.join(self.root, "host"), self.key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        self.host_keys = [fingerprint(os.path.join(self.root, "host.pub"))]
        shutil.copy(self.key + ".pub", os.path.join(self.root, "authorized"))
        config = write(os.path.join(self.root, "sshd_config"), f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.root}/host
AuthorizedKeysFile {self.root}/authorized
PidFile none
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
Subsystem sftp internal-sftp
MaxSessions 20
MaxStartups 100
""")
        self.launch(["/usr/sbin/sshd", "-D", "-e", "-f", config])

    def channel(self, world):
        with open(self.key, encoding="utf-8") as file:
            return {"host": "127.0.0.1", "port": self.port, "user": self.user, "key": world.secret("openssh-key", file.read()), "host_keys": self.host_keys}


class Rclone(Server):
    """`rclone serve sftp`: overwrites a name that is taken without a word."""
    greeting, kind, user = b"SSH-2.0", "sftp", USER

    def __init__(self, root, _=None):
        super().__init__(root, "rclone")
        self.folder = ""
        for name in ("out", "in", "out/archive"):
            os.makedirs(os.path.join(self.home, name), exist_ok=True)
        key = os.path.join(self.root, "host")
        subprocess.run(["ssh-keygen", "-q", "-m", "PEM", "-t", "rsa", "-b", "2048", "-N", "", "-f", key], check=True)
        self.host_keys = [fingerprint(key + ".pub")]
        self.launch(["rclone", "serve", "sftp", self.home, "--addr", f"127.0.0.1:{self.port}", "--user", USER, "--pass", PASSWORD, "--key", key,
                     "--vfs-cache-mode", "writes", "--dir-cache-time", "0s", "--config", os.path.join(self.root, "rclone.conf"), "--cache-dir", os.path.join(self.root, "cache")])

    def channel(self, world):
        return {"host": "127.0.0.1", "port": self.port, "user": USER, "password": world.secret("rclone", PASSWORD), "host_keys": self.host_keys}


def fingerprint(path):
    return subprocess.run(["ssh-keygen", "-l", "-f", path], check=True, capture_output=True, text=True).stdout.split()[1]


def has_user(name):
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def group_name(number):
    import grp
    return grp.getgrgid(number).gr_name


def give(folder, owner):
    """A folder with all it holds to another user."""
    account = pwd.getpwnam(owner)
    for at, _, names in os.walk(folder):
        os.chown(at, account.pw_uid, account.pw_gid)
        for name in names:
            os.chown(os.path.join(at, name), account.pw_uid, account.pw_gid)
