package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.wasm.Anatomy.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a module smaller for as long as it still shows what is to be shown. */
final class Shrinker {
  private final Predicate<byte[]> shows;
  private final long end;
  private byte[] best;

  private Shrinker(byte[] module, Predicate<byte[]> shows, long end) {
    this.best = module;
    this.shows = shows;
    this.end = end;
  }

  /**
   * Shrinks.
   *
   * @param module shows it
   * @param shows must answer no to what is no valid module
   * @param seconds how long to try
   */
  static byte[] shrink(byte[] module, Predicate<byte[]> shows, int seconds) {
    Shrinker shrinker = new Shrinker(module, shows, System.nanoTime() + seconds * 1_000_000_000L);
    int size;
    do {
      size = shrinker.best.length;
      shrinker.round();
    } while (shrinker.best.length < size && System.nanoTime() < shrinker.end);
    return shrinker.best;
  }

  private void round() {
    int bodies = Anatomy.of(best).bodies.size();
    for (int body = 0; body < bodies; body++) {
      int count = Anatomy.of(best).bodies.get(body).instructions.size();
      for (int length = count; length > 0; length = length > 24 ? length / 2 : length - 1) {
        for (int at = 0; at < Anatomy.of(best).bodies.get(body).instructions.size(); ) {
          if (!replaced(body, at, length)) {
            at += Math.max(1, length / 2);
          }
        }
      }
    }
  }

  /** Tries to do without some instructions, or with a constant instead of them. */
  private boolean replaced(int body, int at, int length) {
    for (String instead :
        new String[] {"", "i32.const 1", "i64.const 1", "f32.const 1", "f64.const 1", "drop"}) {
      if (System.nanoTime() > end) {
        return false;
      }
      Anatomy anatomy = Anatomy.of(best);
      List<Instruction> all = anatomy.bodies.get(body).instructions;
      int to = Math.min(all.size() - 1, at + length);
      if (to <= at) {
        return false;
      }
      List<Instruction> changed = new ArrayList<>(all.subList(0, at));
      if (!instead.isEmpty()) {
        Instruction one = Instruction.of(Code.of(instead));
        boolean same = to - at == 1 && all.get(at).op().equals(one.op());
        if (same) {
          continue;
        }
        changed.add(one);
      }
      changed.addAll(all.subList(to, all.size()));
      anatomy.bodies.get(body).instructions = changed;
      byte[] module = anatomy.toBytes();
      if (module.length < best.length && shows.test(module)) {
        best = module;
        return true;
      }
    }
    return false;
  }
}
