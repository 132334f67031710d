(module
  (import "edgebeat" "stream_open" (func $open (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "thermometer")
  (func (export "_start") (local $fd i32)
    (local.set $fd (call $open (i32.const 16) (i32.const 11)))
    (if (i32.lt_s (local.get $fd) (i32.const 0)) (then (unreachable)))
    (block $end
      (loop $next
        (i32.store (i32.const 0) (i32.const 64))
        (i32.store (i32.const 4) (i32.const 1000))
        (drop (call $read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br_if $end (i32.eqz (i32.load (i32.const 8))))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
        (br $next)))))
