#!/usr/bin/env bash
# Lets programs that no one here wrote judge what we read and write: StAEDI, OpenAS2 (Java), pyx12, standardwebhooks, pyas2lib (Python),
# node-x12, libas2 (JavaScript); servers of file transfer and mail: OpenSSH, ProFTPD, vsftpd, rclone, Dovecot, aiosmtpd.
# Every peer is installed under build/interop, in a pinned version checked by its hash; only Debian's packages are installed system-wide.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
here=tests/interop
work=$PWD/build/interop
binary=$PWD/build/release/crossdock
killable=$PWD/build/dev/crossdock  # has the named crash points in it
staedi_version=1.25.3
staedi_sha256=8d6ac5b61c99beb5703466ccd6c3741121518eb807f723b33e200d639786824b
maven_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.6.1

say() { printf '\n==> %s\n' "$*"; }
die() { printf 'interop: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "packages are missing and neither root nor sudo is at hand: as root, run $*"; fi
}

# A program that is there in another packaging is as good as Debian's package.
install_debian() {
  local packages=()
  python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
  { command -v java && command -v javac; } >/dev/null || packages+=(default-jdk-headless)
  command -v mvn >/dev/null || packages+=(maven)
  command -v node >/dev/null || packages+=(nodejs)
  command -v npm >/dev/null || packages+=(npm)
  command -v openssl >/dev/null || packages+=(openssl)
  command -v cmsutil >/dev/null || packages+=(libnss3-tools)
  [ -x /usr/sbin/sshd ] || packages+=(openssh-server)
  [ -x /usr/sbin/proftpd ] || packages+=(proftpd-core proftpd-mod-crypto)
  [ -x /usr/sbin/dovecot ] || packages+=(dovecot-imapd)
  command -v rclone >/dev/null || packages+=(rclone)
  [ ${#packages[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || die "missing: ${packages[*]} (this script installs with apt: it needs Debian 12 or newer)"
  say "Installing from Debian: ${packages[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  # The servers are started by the trials, on free ports; none of them is to run as a service of this machine.
  local policy=/usr/sbin/policy-rc.d ours=
  [ -e "$policy" ] || { ours=yes; printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null; as_root chmod 755 "$policy"; }
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" || { [ -z "$ours" ] || as_root rm -f "$policy"; die "installing failed"; }
  [ -z "$ours" ] || as_root rm -f "$policy"
}

# ProFTPD and vsftpd cannot be installed side by side: this one is unpacked.
install_vsftpd() {
  installed vsftpd 1 && return
  rm -rf "${work:?}/vsftpd"
  mkdir -p "$work/vsftpd"
  (cd "$work/vsftpd" && { apt-get download -q vsftpd libwrap0 || { as_root apt-get update -q && apt-get download -q vsftpd libwrap0; }; } &&
    for package in *.deb; do dpkg-deb -x "$package" .; done)
  echo 1 >"$work/vsftpd.stamp"
}

build_program() {
  local preset
  for preset in release dev; do
    if [ ! -f "build/$preset/build.ninja" ]; then
      say "Configuring build/$preset"
      cmake --preset "$preset" >"$work/configure.log" 2>&1 || { tail -n 30 "$work/configure.log"; die "configuring failed"; }
    fi
    say "Bringing build/$preset/crossdock up to date"
    ninja -C "build/$preset" crossdock || die "building failed"
  done
}

# Each peer leaves a stamp named after what it was made from, so that a second run installs nothing.
stamp_of() { cat "$@" | sha256sum | cut -c1-16; }
installed() { [ -f "$work/$1.stamp" ] && [ "$(cat "$work/$1.stamp")" = "$2" ]; }

venv_of() {  # folder under build/interop, requirements
  local stamp; stamp=$(stamp_of "$2")
  installed "$1" "$stamp" && return
  rm -rf "${work:?}/$1"
  python3 -m venv "$work/$1"
  "$work/$1/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r "$2"
  echo "$stamp" >"$work/$1.stamp"
}

modules_of() {  # folder under build/interop, folder of package.json
  local stamp; stamp=$(stamp_of "$2/package-lock.json")
  installed "$1" "$stamp" && return
  rm -rf "${work:?}/$1"
  mkdir -p "$work/$1"
  cp "$2/package.json" "$2/package-lock.json" "$work/$1/"
  npm ci --prefix "$work/$1" --ignore-scripts --no-audit --no-fund --no-update-notifier --silent
  echo "$stamp" >"$work/$1.stamp"
}

install_python() { venv_of python "$here/requirements.txt"; }
install_node() { modules_of node "$here"; }
install_as2_python() { venv_of as2_python "$here/as2/requirements.txt"; }
install_files_python() { venv_of files_python "$here/files/requirements.txt"; }
install_as2_node() { modules_of as2_node "$here/as2"; }

install_java() {
  local stamp; stamp=$(stamp_of "$here/Staedi.java" "$here/run.sh")
  installed java "$stamp" && return
  mkdir -p "$work/java"
  if ! echo "$staedi_sha256  $work/java/staedi.jar" | sha256sum --check --status 2>/dev/null; then
    mvn --batch-mode --quiet -Dstyle.color=never -Dmaven.repo.local="$work/maven" "$maven_plugin:copy" -Dartifact="io.xlate:staedi:$staedi_version" \
      -DoutputDirectory="$work/java" -Dmdep.stripVersion=true
    echo "$staedi_sha256  $work/java/staedi.jar" | sha256sum --check --quiet
  fi
  javac -cp "$work/java/staedi.jar" -d "$work/java" "$here/Staedi.java"
  echo "$stamp" >"$work/java.stamp"
}

# The OpenAS2 server with its 49 libraries; one jar that is not the pinned one fails the whole.
install_as2_java() {
  local stamp; stamp=$(stamp_of "$here/as2/pom.xml" "$here/as2/jars.sha256")
  installed as2_java "$stamp" && return
  rm -rf "$work/as2_java"
  mvn --batch-mode --quiet -Dstyle.color=never -Dmaven.repo.local="$work/maven-as2" -f "$here/as2/pom.xml" "$maven_plugin:copy-dependencies" \
    -DincludeScope=runtime -DoutputDirectory="$work/as2_java"
  (cd "$work/as2_java" && sha256sum --check --quiet --strict) <"$here/as2/jars.sha256"
  echo "$stamp" >"$work/as2_java.stamp"
}

# All at once; their output is shown only where they fail.
install_peers() {
  local name failed=() pids=()
  say "Peers under build/interop: StAEDI $staedi_version, $(tr -d '\\' <"$here/requirements.txt" | grep -o '^[a-z0-9]*==[0-9.]*' | tr '\n' ' ')node-x12, OpenAS2 2.10.1, pyas2lib, libas2"
  for name in java python node as2_java as2_python as2_node files_python vsftpd; do
    (set -e; "install_$name") >"$work/install-$name.log" 2>&1 &
    pids+=("$name:$!")
  done
  for name in "${pids[@]}"; do
    wait "${name#*:}" || failed+=("${name%%:*}")
  done
  [ ${#failed[@]} -eq 0 ] && return
  for name in "${failed[@]}"; do tail -n 20 "$work/install-$name.log" >&2; done
  die "cannot install the peers for: ${failed[*]}. They come from Maven Central (java, as2_java), PyPI (python, as2_python, files_python), npm (node, as2_node) and Debian (vsftpd): is there a way to these?"
}

# Trials of AS2, one after the other; all run, then it fails where one did.
as2() {
  local title=$1; shift
  say "AS2: $title"
  "$work/as2_python/bin/python" "$here/as2/$1" "${@:2}" || as2_failed+=("$1")
}

files() {
  local title=$1; shift
  say "Files: $title"
  "$work/files_python/bin/python" "$here/files/$1" "${@:2}" || files_failed+=("$1")
}

as2_failed=() files_failed=()
mkdir -p "$work"
install_debian
build_program
install_peers
as2_trials() {
  as2 "OpenAS2 and pyas2lib with each other, and what both must refuse" peers_agree.py "$work"
  as2 "all pairs of values both ways with OpenAS2 and pyas2lib" matrix.py "$binary" "$work"
  as2 "structures of openssl, libas2; ours judged by openssl, cmsutil, libas2" structures_trial.py "$binary" "$work"
  as2 "headers permuted, odd names and ids, broken layers, bombs, receipts asked for elsewhere" requests_trial.py "$binary"
  as2 "receipts lost, late, doubled, false, foreign" receipts_trial.py "$binary"
  as2 "certificates around a change" certificates_trial.py "$binary"
  as2 "TLS with our certificate, proxy, passwords, AS2-Version 1.3, file names, a profile that changes meanwhile" agreements_trial.py "$binary"
  as2 "kill -9 between storing and the receipt" crash_trial.py "$killable" --points
}

files_trials() {
  files "the same cases at OpenSSH, ProFTPD (SFTP, FTPS), rclone, vsftpd (FTPS explicit, implicit); servers that go away, kill -9" conformance.py "$binary" "$work"
  files "mail: out of Dovecot's folders, by SMTP, kill -9 between the steps" mail_trial.py "$killable" --points
  files "mailboxes of partners who push, in OpenSSH's chroot" mailbox_trial.py "$binary"
}

# --as2, --files: of all peers those only; --full-as2: every combination of values, which is no part of the plain run.
case "${1:-}" in
  --as2) as2_trials ;;
  --files) files_trials ;;
  --full-as2)
    as2 "every combination both ways with OpenAS2 and pyas2lib" matrix.py "$binary" "$work" --full
    files "30 times kill -9 with every server" conformance.py "$binary" "$work" --full
    as2 "300 kills around receipts, and one at every named point" crash_trial.py "$killable" --kills 300 --points
    ;;
  *)
    say "Documents: StAEDI, pyx12 and node-x12 judge what we write; we read what they write"
    "$work/python/bin/python" "$here/peers.py" "$binary" "$work"
    say "Webhooks: standardwebhooks signs calls to a running gateway and verifies what it sends"
    "$work/python/bin/python" "$here/webhooks.py" "$binary" "$work"
    as2_trials
    files_trials
    ;;
esac
[ ${#as2_failed[@]} -eq 0 ] || die "AS2 failed: ${as2_failed[*]}"
[ ${#files_failed[@]} -eq 0 ] || die "files failed: ${files_failed[*]}"
say "Interop: every peer agrees"
