package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.wasm.ModuleGenerator.Callee;

/** Functions that call themselves, so often as their first parameter says, or without an end. */
final class Recursion {
  private static final int DEPTH = 12;

  private Recursion() {}

  /** Calls itself, directly or through the table, some twice, and adds up. */
  static Callee direct(ModuleGenerator module, int entry) {
    String shape = "iI:I";
    int own = module.next();
    int type = module.writer.type(shape);
    boolean twice = module.chance(0.3);
    boolean indirect = entry >= 0 && module.chance(0.5);
    int depth = twice ? 5 : DEPTH;
    Code code = new Code();
    // Whoever calls it says any number.
    code.text("local.get 0").i32(depth).text("i32.rem_u local.tee 0 i32.eqz if i64");
    code.text("local.get 1 else local.get 1");
    for (int i = 0; i < (twice ? 2 : 1); i++) {
      code.text("local.get 0 i32.const 1 i32.sub local.get 1").i64(module.random.nextLong());
      code.text("i64.xor");
      if (indirect) {
        code.i32(entry).op("call_indirect").unsigned(type).unsigned(ModuleGenerator.CALLED);
      } else {
        code.op("call").unsigned(own);
      }
      code.text("i64.add");
    }
    code.text("end end");
    double calls = twice ? 32 : DEPTH;
    return new Callee(module.writer.function(shape, "", code), shape, calls * 16, entry);
  }

  /** Two functions that call one another until there is no more room. */
  static Callee endless(ModuleGenerator module) {
    String shape = "i:i";
    int own = module.next();
    Code code = new Code();
    code.text("local.get 0 i32.const 1 i32.add").op("call").unsigned(own + 1);
    code.text("local.get 0 i32.add end");
    module.writer.function(shape, "", code);
    Code back = new Code();
    back.text("local.get 0 i32.const 3 i32.mul").op("call").unsigned(own).text("end");
    module.writer.function(shape, "I", back);
    return new Callee(own, shape, 1_000, -1);
  }
}
