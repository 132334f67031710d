package io.edgebeat.exec.wasm;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a module before any runtime has seen it.
 *
 * @param imports the imported functions in their order; nothing else can be imported
 * @param functions the shape of every function, the imported ones first
 * @param memory the linear memory, if there is one
 * @param tables the tables
 * @param functionExports the exported functions by name
 * @param exportsMemory whether the memory is exported
 * @param codeBytes how many bytes of instructions there are
 */
record ModuleShape(
    List<ImportedFunction> imports,
    List<FunctionShape> functions,
    Optional<Limits> memory,
    List<Limits> tables,
    Map<String, Integer> functionExports,
    boolean exportsMemory,
    long codeBytes) {

  static final int PAGE_BYTES = 65_536;

  ModuleShape {
    imports = List.copyOf(imports);
    functions = List.copyOf(functions);
    tables = List.copyOf(tables);
    functionExports = Map.copyOf(functionExports);
  }

  /** A function the module wants from its host. */
  record ImportedFunction(String module, String name, FunctionShape shape) {
    String fullName() {
      return module + "." + name;
    }
  }

  /**
   * The size of a memory in pages or of a table in entries.
   *
   * @param max the largest size, 2^32 - 1 when none is declared
   */
  record Limits(long min, long max) {
    static final long NONE = 0xffff_ffffL;

    boolean isBounded() {
      return max != NONE && max != Long.MAX_VALUE;
    }
  }
}
