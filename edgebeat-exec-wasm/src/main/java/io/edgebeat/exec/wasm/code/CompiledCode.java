package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.ClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.wasm.WasmModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The classes that a module was compiled to; nothing is defined yet.
 *
 * @param mainClass the name of the one that is the machine
 * @param classes all of them by name
 */
public record CompiledCode(String mainClass, Map<String, byte[]> classes) {

  /** Keeps the order. */
  public CompiledCode {
    classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
  }

  /** How many bytes all classes have together. */
  public long sizeBytes() {
    return classes.values().stream().mapToLong(bytes -> bytes.length).sum();
  }

  /**
   * Compiles. What does not fit into a method of the JVM is left to the interpreter.
   *
   * @param module a module that was found valid
   */
  public static CompiledCode of(WasmModule module) {
    StateAccess access = new StateAccess(Compiler.DEFAULT_CLASS_NAME, module);
    ClassCollector all =
        Compiler.builder(module)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .withClassCollectorFactory(() -> new Collector(access))
            .build()
            .compile()
            .collector();
    return new CompiledCode(all.mainClassName(), all.classBytes());
  }

  /** Takes classes as they are made, and changes them at once. */
  private static final class Collector implements ClassCollector {
    private final StateAccess access;
    private final Map<String, byte[]> classes = new LinkedHashMap<>();
    private String mainClass = "";

    Collector(StateAccess access) {
      this.access = access;
    }

    @Override
    public String mainClassName() {
      return mainClass;
    }

    @Override
    public void putMainClass(String name, byte[] code) {
      mainClass = name;
      put(name, code);
    }

    @Override
    public void put(String name, byte[] code) {
      classes.put(name.replace('/', '.'), access.changed(code));
    }

    @Override
    public void putAll(ClassCollector other) {
      classes.putAll(other.classBytes());
    }

    @Override
    public Map<String, byte[]> classBytes() {
      return classes;
    }

    @Override
    public byte[] resolve(Class<?> type) {
      String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
      try (InputStream stream = type.getResourceAsStream(file)) {
        if (stream == null) {
          throw new IllegalStateException("no bytes of " + type);
        }
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
