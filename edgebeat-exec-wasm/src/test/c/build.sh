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
bare="-O2 -g0 -fno-ident -fno-builtin -mbulk-memory -Wall -Wextra -Werror -nostdlib -Wl,--strip-all"
clang --target=wasm32-unknown-unknown -std=gnu11 $bare -Wl,--no-entry -o "$target/wide32.wasm" wide.c
clang --target=wasm64-unknown-unknown -std=gnu11 $bare -Wl,--no-entry -Wl,-mwasm64 \
  -o "$target/wide64.wasm" wide.c
clang++ --target=wasm64-unknown-unknown -std=gnu++17 $bare -fno-rtti -fwasm-exceptions \
  -Wl,--no-entry -Wl,-mwasm64 -o "$target/unwind64.wasm" unwind.cpp
for program in process fd path; do
  clang $common --sysroot=/usr -isystem /usr/include/wasm32-wasi -L/usr/lib/wasm32-wasi \
    -o "$target/wasi_$program.wasm" "wasi_$program.c" wasi.c
done
# There is no libc for 64-bit memories: small.c is one, with wasi-libc's headers, which are the same
# for both but for the lengths that they assert.
small="-D__wasi__ -D__wasm32__ -D_Static_assert(...)= -D_Thread_local= -isystem /usr/include/wasm32-wasi"
for program in process fd path word; do
  clang --target=wasm64-unknown-unknown -std=gnu11 $bare $small -Wl,-mwasm64 \
    -o "$target/wasi64_$program.wasm" "wasi_$program.c" wasi.c small.c
done
clang --target=wasm32-unknown-unknown -std=gnu11 $bare $small \
  -o "$target/wasi32_word.wasm" wasi_word.c wasi.c small.c
sha256sum "$target"/*.wasm
