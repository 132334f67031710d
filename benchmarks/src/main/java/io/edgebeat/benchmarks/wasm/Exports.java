package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExportSection;
import org.jspecify.annotations.Nullable;

/** What an instance shows of itself. */
final class Exports {
  private Exports() {}

  /** The export of a name, or null. */
  static @Nullable Export find(Instance instance, String name) {
    ExportSection exports = instance.module().exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      if (exports.getExport(i).name().equals(name)) {
        return exports.getExport(i);
      }
    }
    return null;
  }

  /** A global that must be there. */
  static long global(Instance instance, String name) {
    return instance.global(index(instance, name)).getValue();
  }

  static void setGlobal(Instance instance, String name, long value) {
    instance.global(index(instance, name)).setValue(value);
  }

  static int index(Instance instance, String name) {
    Export export = find(instance, name);
    if (export == null) {
      throw new IllegalStateException("no export is called " + name);
    }
    return export.index();
  }
}
