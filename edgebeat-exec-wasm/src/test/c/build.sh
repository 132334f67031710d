#!/bin/sh
# Builds the programs of the tests into ../resources. Debian 12: clang, lld, wasi-libc and
# libclang-rt-14-dev-wasm32. Two builds with the same versions of the tools give equal bytes.
set -eu
cd "$(dirname "$0")"
target=../resources/io/edgebeat/exec/wasm
common="--target=wasm32-wasi -std=gnu11 -O2 -g0 -fno-ident -Wall -Wextra -Werror -Wl,--strip-all"
clang $common --sysroot=/usr -isystem /usr/include/wasm32-wasi -L/usr/lib/wasm32-wasi \
  -o "$target/report.wasm" report.c -lm
clang $common -nostdlib -Wl,--no-entry -o "$target/pixels.wasm" pixels.c
sha256sum "$target"/*.wasm
