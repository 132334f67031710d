package io.edgebeat.exec.wasm;

import java.util.List;
import java.util.Random;

/**
 * Writes one program for both kinds of memory: as text in which {@code A} stands for the type of
 * addresses. Addresses are made of 32-bit numbers, so both programs mean the same; a far one lies
 * outside of both memories, in the wide one by its high bits alone.
 */
final class TwinPrograms {
  private static final int FUNCTIONS = 3;

  private final Random random;
  private final StringBuilder text = new StringBuilder();
  private int loops;

  private TwinPrograms(long seed) {
    random = new Random(seed);
  }

  /** The text of a program; {@link #narrow} and {@link #wide} make modules of it. */
  static String text(long seed) {
    return new TwinPrograms(seed).program();
  }

  static byte[] narrow(String text) {
    return Wat.assemble(
        text.replace("(memory A ", "(memory ")
            .replace("(EXTEND ", "(i32.or (i32.const 0) ")
            .replace("(WRAP ", "(i32.or (i32.const 0) ")
            .replaceAll("\\(FAR\\d+ ", "(i32.or (i32.const -65536) ")
            .replace("A.", "i32.")
            .replace(" A)", " i32)"));
  }

  static byte[] wide(String text) {
    return Wat.assemble(
        text.replace("(memory A ", "(memory i64 ")
            .replace("(EXTEND ", "(i64.extend_i32_u ")
            .replace("(WRAP ", "(i32.wrap_i64 ")
            .replaceAll("\\(FAR(\\d+) ", "(i64.add (i64.shl (i64.const 1) (i64.const $1)) ")
            .replace("A.", "i64.")
            .replace(" A)", " i64)"));
  }

  private String program() {
    text.append("(memory A 1 4) (global $g (mut i64) (i64.const 1))\n");
    text.append("(data (A.const 100) \"some bytes to begin with\")\n");
    for (int i = 0; i < FUNCTIONS; i++) {
      text.append("(func $f").append(i).append(" (export \"f").append(i).append("\")");
      text.append(" (param $x i32) (param $p A) (result i64)");
      text.append(" (local $a i32) (local $b i64) (local $f f32) (local $d f64)");
      text.append(" (local $l0 i32) (local $l1 i32) (local $l2 i32)\n");
      text.append("(local.set $a (i32.const ").append(random.nextInt()).append("))\n");
      loops = 0;
      statements(i, 6 + random.nextInt(8), 0);
      text.append("(i64.xor (local.get $b) (i64.add (i64.extend_i32_u (local.get $a))");
      text.append(" (i64.xor (i64.extend_i32_u (i32.reinterpret_f32 (local.get $f)))");
      text.append(" (i64.reinterpret_f64 (local.get $d))))))\n");
    }
    text.append(
        """
        (func (export "hash") (result i64) (local $i i32) (local $h i64)
          (loop $l
            (local.set $h (i64.xor (i64.mul (local.get $h) (i64.const 1099511628211))
              (i64.load (EXTEND (local.get $i)))))
            (local.set $i (i32.add (local.get $i) (i32.const 8)))
            (br_if $l (i32.ne (local.get $i) (i32.const 65536))))
          (i64.add (local.get $h) (i64.extend_i32_u (WRAP (memory.size)))))
        """);
    return text.toString();
  }

  private void statements(int function, int count, int depth) {
    for (int i = 0; i < count; i++) {
      statement(function, depth);
      text.append('\n');
    }
  }

  private void statement(int function, int depth) {
    switch (random.nextInt(depth > 2 ? 12 : 15)) {
      case 0 -> set("$a", pick("i32.load", "i32.load8_s", "i32.load8_u", "i32.load16_s"));
      case 1 -> set("$b", pick("i64.load", "i64.load32_s", "i64.load16_u", "i64.load8_s"));
      case 2 -> set("$f", "f32.load");
      case 3 -> set("$d", "f64.load");
      case 4 -> store(pick("i32.store", "i32.store8", "i32.store16"), i32());
      case 5, 6 -> store(pick("i64.store", "i64.store8", "i64.store32", "i64.store16"), i64());
      case 7 -> store("f32.store", "(local.get $f)");
      case 8 -> store("f64.store", "(local.get $d)");
      case 9 ->
          text.append("(memory.fill ")
              .append(address())
              .append(i32())
              .append(" (EXTEND (i32.and ")
              .append(i32())
              .append(" (i32.const 255))))");
      case 10 ->
          text.append("(memory.copy ")
              .append(address())
              .append(' ')
              .append(address())
              .append(" (EXTEND (i32.and ")
              .append(i32())
              .append(" (i32.const 255))))");
      case 11 ->
          text.append("(local.set $a (WRAP (memory.grow (EXTEND (i32.shr_u ")
              .append(i32())
              .append(" (i32.const ")
              .append(28 + random.nextInt(4))
              .append("))))))");
      case 12 -> {
        text.append("(if ").append(i32()).append(" (then ");
        statements(function, 1 + random.nextInt(3), depth + 1);
        text.append(") (else ");
        statements(function, 1 + random.nextInt(3), depth + 1);
        text.append("))");
      }
      case 13 -> {
        if (loops < 3) {
          String counter = "$l" + loops++;
          text.append("(local.set ").append(counter).append(" (i32.const 5)) (loop $again ");
          statements(function, 1 + random.nextInt(3), depth + 1);
          text.append("(local.set ").append(counter).append(" (i32.sub (local.get ");
          text.append(counter).append(") (i32.const 1)))");
          text.append(" (br_if $again (local.get ").append(counter).append(")))");
        } else {
          store("i64.store", i64());
        }
      }
      default -> {
        if (function > 0) {
          text.append("(local.set $b (i64.xor (local.get $b) (call $f")
              .append(random.nextInt(function))
              .append(' ')
              .append(i32())
              .append(' ')
              .append(address())
              .append(")))");
        } else {
          text.append("(global.set $g ").append(i64()).append(')');
        }
      }
    }
  }

  private String pick(String... words) {
    return List.of(words).get(random.nextInt(words.length));
  }

  private void set(String local, String load) {
    text.append("(local.set ").append(local).append(" (").append(load).append(offset());
    text.append(address()).append("))");
  }

  private void store(String store, String value) {
    text.append('(').append(store).append(offset()).append(address()).append(value).append(')');
  }

  private String offset() {
    return switch (random.nextInt(4)) {
      case 0 -> " offset=" + random.nextInt(64) + " ";
      case 1 -> " offset=" + random.nextInt(20_000) + " ";
      default -> " ";
    };
  }

  private String address() {
    return switch (random.nextInt(80)) {
      case 0 -> "(FAR" + (32 + random.nextInt(32)) + " (EXTEND " + near() + "))";
      case 1 -> "(EXTEND (i32.and " + i32() + " (i32.const 131071)))";
      case 3, 4, 5 -> "(local.get $p)";
      default -> "(EXTEND (i32.and " + i32() + " (i32.const 32767)))";
    };
  }

  private String near() {
    return "(i32.and " + i32() + " (i32.const 8191))";
  }

  private String i32() {
    return switch (random.nextInt(6)) {
      case 0 -> "(i32.const " + random.nextInt() + ")";
      case 1 -> "(local.get $x)";
      case 2 -> "(i32.mul (local.get $a) (i32.const 1664525))";
      case 3 -> "(i32.wrap_i64 (local.get $b))";
      case 4 -> "(i32.xor (local.get $a) (local.get $x))";
      default -> "(i32.add (local.get $a) (i32.const " + random.nextInt(100_000) + "))";
    };
  }

  private String i64() {
    return switch (random.nextInt(4)) {
      case 0 -> "(i64.const " + random.nextLong() + ")";
      case 1 -> "(i64.mul (local.get $b) (i64.const 6364136223846793005))";
      case 2 -> "(i64.extend_i32_s " + i32() + ")";
      default -> "(i64.add (local.get $b) (global.get $g))";
    };
  }
}
