#!/bin/sh
# usage: site.sh wasm|browser release|dev, or site.sh style|public
# Builds the browser side, step by step, into target/site. The Makefile says when; `dev` leaves out what only makes the
# result smaller.
set -eu
cd "$(dirname "$0")/.."
site=target/site
mkdir -p $site/pkg target/stamp
npm=target/npm/node_modules

# The oldest browsers that must read our scripts and styles: the last Chromium for Windows 7 among them.
browsers=chrome109,edge109,firefox115,safari16

# The Rust code as wasm. Asking for the one crate type instead of `cargo build` matters: with the `rlib` beside it cargo
# leaves link-time optimisation out, and the result is a third larger.
wasm() {
    set -- "$@" --lib --crate-type cdylib --target wasm32-unknown-unknown --target-dir target/wasm \
        --no-default-features --features hydrate
    sysroot=$(rustc --print sysroot)
    if ! [ -d "$sysroot/lib/rustlib/wasm32-unknown-unknown" ]; then
        # Debian's Rust has the library's source instead of the library.
        export RUSTC_BOOTSTRAP=1
        set -- "$@" -Zbuild-std=std,panic_abort
    fi
    cargo rustc "$@"
}

# The version of package $2 in lock file $1.
version() {
    sed -n "/^name = \"$2\"\$/{n;s/^version = \"\(.*\)\"\$/\1/p;}" "$1"
}

# The script that loads the wasm. Both sides of wasm-bindgen must be of one version.
bindgen() {
    ours=$(version Cargo.lock wasm-bindgen)
    tool=$(version tools/bindgen/Cargo.lock wasm-bindgen-cli-support)
    if [ "$ours" != "$tool" ]; then
        echo "mingfa: wasm-bindgen is $ours in Cargo.lock but $tool in tools/bindgen: write =$ours in tools/bindgen/Cargo.toml and run 'cargo update --manifest-path tools/bindgen/Cargo.toml'" >&2
        exit 1
    fi
    rm -rf target/stage
    target/tools/debug/bindgen "$1" target/stage mingfa
}

script() {
    $npm/.bin/esbuild target/stage/mingfa.js --bundle --format=esm --target=$browsers --charset=utf8 --log-level=warning \
        --outfile=$site/pkg/mingfa.js "$@"
}

case "$*" in
'wasm release')
    # wasm-opt strips at the end; before, wasm-bindgen wants to read which wasm features are in use.
    CARGO_PROFILE_WASM_RELEASE_STRIP=none wasm --profile wasm-release
    ;;
'browser release')
    bindgen target/wasm/wasm32-unknown-unknown/wasm-release/mingfa.wasm
    script --minify
    node $npm/binaryen/bin/wasm-opt -Oz --strip-debug --strip-producers --strip-target-features \
        target/stage/mingfa_bg.wasm -o $site/pkg/mingfa.wasm
    touch target/stamp/browser
    ;;
'wasm dev')
    CARGO_PROFILE_DEV_DEBUG=false wasm --quiet
    ;;
'browser dev')
    # `make run` must build its own again, and no compressed copy of an older file may be served.
    rm -f target/stamp/browser $site/pkg/*.br $site/pkg/*.gz
    bindgen target/wasm/wasm32-unknown-unknown/debug/mingfa.wasm
    script
    mv target/stage/mingfa_bg.wasm $site/pkg/mingfa.wasm
    ;;
'style')
    $npm/.bin/esbuild style/main.css --bundle --minify --target=$browsers --charset=utf8 --log-level=warning \
        --outfile=$site/pkg/mingfa.css
    rm -f $site/pkg/mingfa.css.br $site/pkg/mingfa.css.gz
    touch target/stamp/style
    ;;
'public')
    find $site -mindepth 1 -maxdepth 1 ! -name pkg -exec rm -rf {} +
    if [ -d public ]; then cp -R public/. $site/; fi
    touch target/stamp/public
    ;;
*)
    sed -n '2s/^# //p' "$0" >&2
    exit 2
    ;;
esac
