#!/bin/sh
# Builds the kernels of the costs into ../../resources. Debian 12: clang and lld. Two builds with
# the same versions of the tools give equal bytes.
set -eu
cd "$(dirname "$0")"
target=../../resources/io/edgebeat/benchmarks/costs
for half in fit judge; do
  clang --target=wasm32 -std=gnu11 -O2 -g0 -fno-ident -mbulk-memory -Wall -Wextra -Werror -nostdlib \
    -Wl,--no-entry -Wl,--strip-all -o "$target/$half.wasm" "$half.c"
done
sha256sum "$target"/*.wasm
