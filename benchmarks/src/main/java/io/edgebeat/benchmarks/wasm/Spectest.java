package io.edgebeat.benchmarks.wasm;

/** The module that the programs of the official test suite import from. */
final class Spectest {
  private Spectest() {}

  /** Its functions do nothing; what they print nobody reads. */
  static byte[] module() {
    ModuleWriter writer = new ModuleWriter();
    String[][] functions = {
      {"print", ":"},
      {"print_i32", "i:"},
      {"print_i64", "I:"},
      {"print_f32", "f:"},
      {"print_f64", "F:"},
      {"print_i32_f32", "if:"},
      {"print_f64_f64", "FF:"},
    };
    for (String[] function : functions) {
      writer.export(function[0], function[1], "", "");
    }
    writer.table('r', 10, 20);
    writer.export("table", 1, 0);
    writer.memory(1, 2);
    writer.export("memory", 2, 0);
    String[][] globals = {
      {"i32", "i", "i32.const 666"},
      {"i64", "I", "i64.const 666"},
      {"f32", "f", "f32.const 666.6"},
      {"f64", "F", "f64.const 666.6"},
    };
    for (String[] each : globals) {
      int index = writer.global(each[1].charAt(0), false, Code.of(each[2]));
      writer.export("global_" + each[0], 3, index);
    }
    return writer.toBytes();
  }
}
