#!/bin/sh
# usage: setup.sh build|test|bench
# Makes sure that the machine has what a target needs: installs what the project may, else says in one line what to
# install and stops.
set -eu

stop() {
    echo "mingfa: $1" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Debian's packages, when this user may install them.
install() {
    if has apt-get && [ "$(id -u)" = 0 ]; then
        as_root=
    elif has apt-get && has sudo && sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        stop "please install: $* (on Debian: sudo apt-get install $*)"
    fi
    echo "installing $*" >&2
    $as_root apt-get update -qq || true # an old list may still do
    # shellcheck disable=SC2086 # no word at all, or two
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null </dev/null ||
        stop "could not install: $* (try: apt-get install $*)"
}

has cargo || stop "cargo is missing: please install Rust 1.94 or newer with rustup, then open a new shell"
has node || stop "node is missing: please install Node.js 20 or newer (18 will do, but not for the tests)"
has npm || stop "npm is missing: please install npm (it comes with Node.js; on Debian: apt-get install npm)"
has git || stop "git is missing: please install git (on Debian: apt-get install git)"
node=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
[ "$node" -ge 18 ] || stop "Node.js $node is too old: please install Node.js 18 or newer"
sysroot=$(rustc --print sysroot 2>/dev/null) || stop "rustc does not start: please install Rust 1.94 or newer with rustup"

# Rust links with the C compiler, and SQLite is compiled with it.
has cc || install gcc libc6-dev

# Rust's library for the browser; where it cannot be had, site.sh compiles it from its source, should that be there.
std="$sysroot/lib/rustlib"
if ! [ -d "$std/wasm32-unknown-unknown" ]; then
    if has rustup; then rustup target add wasm32-unknown-unknown || true; fi
    [ -d "$std/wasm32-unknown-unknown" ] || [ -d "$std/src/rust/library/std" ] ||
        stop "Rust cannot build for the browser: please run 'rustup target add wasm32-unknown-unknown', or take Debian's Rust: apt-get install rustc-web cargo-web rust-web-src rust-web-llvm lld-22, with /usr/bin first in PATH"
fi

[ "$1" != build ] || exit 0

[ "$node" -ge 20 ] || stop "Node.js $node is too old for the browser tests: please install Node.js 20 or newer"

cargo fmt --version >/dev/null 2>&1 || { has rustup && rustup component add rustfmt; } ||
    stop "cargo fmt is missing: please run 'rustup component add rustfmt'"
cargo clippy --version >/dev/null 2>&1 || { has rustup && rustup component add clippy; } ||
    stop "cargo clippy is missing: please run 'rustup component add clippy'"

missing=
[ -x "${MINGFA_CHROMIUM:-/usr/bin/chromium}" ] || missing="$missing chromium"
# Without a Chinese font the browser measures and pictures boxes.
[ -e /usr/share/doc/fonts-noto-cjk ] || { has fc-list && [ -n "$(fc-list :lang=zh-cn family)" ]; } ||
    missing="$missing fonts-noto-cjk"
"$(dirname "$0")/postgres.sh" --where >/dev/null 2>&1 || missing="$missing postgresql"
# Python opens the files of a year, workbooks with this. LibreOffice does too where it is there (libreoffice-writer-nogui, libreoffice-calc-nogui), but it
# is too large to be installed for that.
python3 -c 'import openpyxl' 2>/dev/null || /usr/bin/python3 -c 'import openpyxl' 2>/dev/null ||
    missing="$missing python3-openpyxl"
# The load generator puts it in front of several nodes.
[ "$1" != bench ] || has nginx || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
# shellcheck disable=SC2086 # a list of names
[ -z "$missing" ] || install $missing
