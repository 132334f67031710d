package io.edgebeat.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What is banned from the sources of published modules. */
class SourceRulesTest {
  @Test
  void noSourceBreaksARule() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Published module : Published.ALL) {
      Path sources = Published.sources().resolve(module.name()).resolve("src/main/java");
      try (Stream<Path> all = Files.walk(sources)) {
        all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
    SourceRules.Found found;
    try (StandardJavaFileManager manager =
        ToolProvider.getSystemJavaCompiler()
            .getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      found = SourceRules.read(manager.getJavaFileObjectsFromPaths(files));
    }
    assertThat(found.files()).as("guard: files read").isEqualTo(files.size()).isGreaterThan(400);
    assertThat(found.problems()).isEmpty();
  }

  @Test
  void theOrdinalOfAnEnumIsFound() throws IOException {
    assertThat(problems("int a(Thread.State s) { return s.ordinal(); }"))
        .containsExactly(
            "Planted.java:1 asks for the ordinal of an enum, which a new constant changes");
    assertThat(problems("java.util.function.ToIntFunction<Thread.State> f = Enum::ordinal;"))
        .hasSize(1);
    assertThat(problems("enum E { A; int place() { return ordinal(); } }")).hasSize(1);
    assertThat(problems("int a(E e) { return switch (e) { case A -> 1; }; } enum E { A }"))
        .isEmpty();
  }

  @Test
  void aSwallowedExceptionIsFound() throws IOException {
    assertThat(problems("void a() { try { b(); } catch (RuntimeException e) {} }"))
        .containsExactly("Planted.java:1 swallows RuntimeException and does not say why");
    assertThat(problems("void a() { try { b(); } catch (RuntimeException e) {\n// It may.\n} }"))
        .isEmpty();
    assertThat(problems("void a() { try { b(); } catch (RuntimeException e) { c(); } }")).isEmpty();
  }

  @Test
  void theOtherExecutorIsFound() throws IOException {
    assertThat(read("import java.util.concurrent.Executor; class Planted {}"))
        .containsExactly("Planted.java:1 imports java.util.concurrent.Executor beside ours");
    assertThat(read("import java.util.concurrent.ExecutorService; class Planted {}")).isEmpty();
  }

  private static List<String> problems(String member) throws IOException {
    return read("class Planted { " + member + " }");
  }

  private static List<String> read(String text) throws IOException {
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Planted.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    SourceRules.Found found = SourceRules.read(List.of(source));
    assertThat(found.files()).isEqualTo(1);
    return found.problems();
  }
}
