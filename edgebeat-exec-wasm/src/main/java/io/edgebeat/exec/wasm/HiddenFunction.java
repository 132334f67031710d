package io.edgebeat.exec.wasm;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.TypeSection;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Puts a function of the host into the table that a metered module has for it. Chicory's tables
 * hold functions of instances only, so there is a small instance that has imported it. Chicory
 * compares types of functions by their index, whichever module that is of: so that instance has the
 * types of the guest's module.
 */
final class HiddenFunction {
  private static final String NAME = "more";
  private static final FunctionType TYPE = FunctionType.of(List.of(ValType.I64), List.of());

  private final Instance guest;
  private final int table;

  /**
   * The place of a function.
   *
   * @param guest a guest that does not run
   * @param table the index of the table
   */
  HiddenFunction(Instance guest, int table) {
    this.guest = guest;
    this.table = table;
  }

  /** Puts it there. */
  void set(LongConsumer more) {
    TypeSection types = guest.module().typeSection();
    int type = 0;
    while (!types.getType(type).equals(TYPE)) {
      type++;
    }
    WasmModule module =
        WasmModule.builder()
            .setTypeSection(types)
            .setImportSection(
                ImportSection.builder().addImport(new FunctionImport(NAME, NAME, type)).build())
            .build();
    HostFunction function =
        new HostFunction(
            NAME,
            NAME,
            TYPE,
            (instance, arguments) -> {
              more.accept(arguments[0]);
              return new long[0];
            });
    Instance holder =
        Instance.builder(module)
            .withImportValues(ImportValues.builder().addFunction(function).build())
            .build();
    guest.table(table).setRef(0, 0, holder);
  }
}
