package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.spi.ExecutorProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who does not ask for GraalWasm does not need it; who does is told what to add. */
class GraalMissingTest {

  /** Classes loaded anew without some jars. */
  private static final class Without extends ClassLoader {
    private static final List<String> ANEW = List.of("io.edgebeat.exec.wasm.", "org.graalvm.");

    private final List<String> missing;

    Without(List<String> missing) {
      super(GraalMissingTest.class.getClassLoader());
      this.missing = missing;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (missing.stream().anyMatch(name::startsWith)) {
        throw new ClassNotFoundException(name);
      }
      if (ANEW.stream().noneMatch(name::startsWith)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream stream =
          getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (stream == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = stream.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.startsWith("META-INF/services/org.graalvm.")
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.graalvm.", "com.oracle.truffle."})
  void isSaidWithTheDependencyToAdd(String jars) throws Exception {
    ExecutorProvider provider =
        (ExecutorProvider)
            new Without(List.of(jars))
                .loadClass(WasmExecutorProvider.class.getName())
                .getConstructor()
                .newInstance();
    try (Executor executor = provider.create(WasmExecutorProviderTest.context(Map.of()))) {
      assertThat(executor.info().selfTest()).isEqualTo("ok");
      assertThat(executor.info().isolation()).contains("Chicory");
    }
    assertThatThrownBy(
            () -> provider.create(WasmExecutorProviderTest.context(Map.of("engine", "graal"))))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_MISSING))
        .hasMessageContaining("engine \"graal\"")
        .hasMessageContaining("org.graalvm.polyglot:polyglot")
        .hasMessageContaining("org.graalvm.polyglot:wasm");
  }
}
