package io.edgebeat.exec.wasm;

import java.util.Random;

/**
 * Makes modules at random whose functions change everything that a process keeps between two calls:
 * globals of all types, memory and its size, tables and theirs, segments, files, descriptors and
 * the place in the random bytes; and look at all of it.
 */
final class StatefulModule {
  static final int FUNCTIONS = 3;

  private static final String HEAD =
      """
      (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_tell" (func $tell (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_read"
        (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
      (memory 6 24) (table 6 60 funcref)
      (global $i (mut i32) (i32.const -7)) (global $l (mut i64) (i64.const 99))
      (global $f (mut f32) (f32.const 1.5)) (global $d (mut f64) (f64.const 0.25))
      (global $r (mut funcref) (ref.null_func)) (global $x (mut externref) (ref.null_extern))
      (global $constant i32 (i32.const 5)) (global $fd (mut i32) (i32.const 0))
      (data (i32.const 64) "name of a file") (data "passive and not dropped yet")
      (elem (i32.const 1) $a $b $a) (elem func $b $c $a)
      (func $a (result i32) (i32.add (global.get $i) (i32.const 1)))
      (func $b (result i32) (i32.const 22))
      (func (export "_initialize") (global.set $l (i64.add (global.get $l) (i64.const 1))))
      (func $c (result i32) (global.set $i (i32.const 400)) (i32.load (i32.const 70000)))
      (func $log (param $to i32)
        (i32.store (i32.const 0) (i32.const 80)) (i32.store (i32.const 4) (i32.const 9))
        (drop (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
      (func $file
        (if (i32.eqz (global.get $fd)) (then
          (drop (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 14) (i32.const 1)
            (i64.const 106) (i64.const 0) (i32.const 0) (i32.const 12)))
          (global.set $fd (i32.load (i32.const 12)))))
        (call $log (global.get $fd)))
      (func $digest (result i64) (local $n i32) (local $sum i64)
        (local.set $sum (i64.add (global.get $l) (i64.extend_i32_u (global.get $i))))
        (local.set $sum (i64.xor (i64.mul (local.get $sum) (i64.const 31))
          (i64.reinterpret_f64 (global.get $d))))
        (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31))
          (i64.extend_i32_u (i32.reinterpret_f32 (global.get $f)))))
        (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31))
          (i64.extend_i32_u (i32.add (ref.is_null (global.get $r))
            (i32.add (memory.size) (i32.mul (table.size) (i32.const 100)))))))
        (loop $l
          (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 33))
            (i64.load (i32.mul (local.get $n) (i32.const 4096)))))
          (br_if $l (i32.lt_s (local.tee $n (i32.add (local.get $n) (i32.const 1)))
            (i32.shl (memory.size) (i32.const 4)))))
        (local.set $n (i32.const 0))
        (loop $t
          (if (i32.eqz (ref.is_null (table.get (local.get $n)))) (then
            (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 37))
              (i64.extend_i32_u (call_indirect (result i32) (local.get $n)))))))
          (br_if $t (i32.lt_s (local.tee $n (i32.add (local.get $n) (i32.const 1)))
            (table.size))))
        (if (global.get $fd) (then
          (drop (call $tell (global.get $fd) (i32.const 24)))
          (local.set $sum (i64.add (local.get $sum) (i64.load (i32.const 24))))))
        (local.get $sum))
      """;

  private final Random random;

  private StatefulModule(long seed) {
    random = new Random(seed);
  }

  /** The module of a seed; each of its functions is exported as s and its number. */
  static byte[] of(long seed) {
    return Wat.assemble(new StatefulModule(seed).text());
  }

  private String text() {
    StringBuilder text = new StringBuilder(HEAD);
    for (int f = 0; f < FUNCTIONS; f++) {
      text.append("(func (export \"s").append(f).append("\") (param $p i32) (result i64)\n");
      for (int i = 2 + random.nextInt(5); i > 0; i--) {
        text.append(statement()).append('\n');
      }
      text.append("(call $digest))\n");
    }
    return text.toString();
  }

  private int pick(int bound) {
    return random.nextInt(bound);
  }

  private String function() {
    return "(ref.func $" + "abc".charAt(pick(3)) + ")";
  }

  private String statement() {
    return switch (pick(19)) {
      case 0 -> "(global.set $i (i32.add (global.get $i) (local.get $p)))";
      case 1 -> "(global.set $l (i64.mul (global.get $l) (i64.const " + (3 + pick(90)) + ")))";
      case 2 -> "(global.set $d (f64.div (global.get $d) (f64.const 3)))";
      case 3 -> "(global.set $f (f32.div (global.get $f) (f32.const " + pick(3) + ")))";
      case 4 -> "(global.set $r " + (pick(2) == 0 ? function() : "(ref.null_func)") + ")";
      case 5, 6 ->
          "(i64.store (i32.const "
              + pick(95) * 4_096
              + ") (i64.add (global.get $l) (i64.extend_i32_u (local.get $p))))";
      case 7 -> "(i32.store (i32.const " + pick(90) * 4_096 + ") (i32.const " + pick(99) + "))";
      case 8 -> "(drop (memory.grow (i32.const " + pick(3) + ")))";
      case 9 ->
          "(memory.fill (i32.const " + pick(5) * 65_536 + ") (i32.const 0) (i32.const 65536))";
      case 10 ->
          "(memory.init1 (i32.const "
              + (200 + pick(9) * 4_096)
              + ") (i32.const 2) (i32.const "
              + pick(4)
              + "))";
      case 11 -> pick(3) == 0 ? "(data.drop1)" : "(nop)";
      case 12 ->
          "(table.set (i32.const "
              + pick(6)
              + ") "
              + (pick(3) == 0 ? "(ref.null_func)" : function())
              + ")";
      case 13 -> "(drop (table.grow " + function() + " (i32.const " + pick(4) + ")))";
      case 14 ->
          "(table.init1 (i32.const " + pick(3) + ") (i32.const 0) (i32.const " + pick(3) + "))";
      case 15 -> pick(3) == 0 ? "(elem.drop1)" : "(nop)";
      case 16 -> "(call $file)";
      case 17 -> "(drop (call $random (i32.const " + pick(9) * 4_096 + ") (i32.const 5)))";
      default -> "(call $log (i32.const " + (1 + pick(2)) + "))";
    };
  }
}
