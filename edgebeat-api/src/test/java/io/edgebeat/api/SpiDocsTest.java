package io.edgebeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Whoever writes a backend reads at each method what is expected of it. */
class SpiDocsTest {
  private static final String PROMISE =
      "Threads: calls may overlap. Blocking: no. Errors: {@code BUSY}. After close: {@code"
          + " CLOSED}.";

  @Test
  void everyMethodOfABackendSaysThreadsBlockingErrorsAndAfterClose() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    SpiDocs.Found found;
    try (StandardJavaFileManager manager =
        ToolProvider.getSystemJavaCompiler()
            .getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      found = SpiDocs.read(manager.getJavaFileObjectsFromPaths(files));
    }
    assertThat(found.problems()).isEmpty();
    // More may come; that some are no longer seen must not go unnoticed.
    assertThat(found.types())
        .hasSizeGreaterThanOrEqualTo(29)
        .contains(
            "io.edgebeat.api.ledger.Ledger",
            "io.edgebeat.api.ledger.TransactionLog",
            "io.edgebeat.api.exec.Executor",
            "io.edgebeat.api.state.StateIndex.Rebuild",
            "io.edgebeat.spi.BackendProvider",
            "io.edgebeat.spi.LedgerProvider");
    assertThat(found.methods())
        .hasSizeGreaterThanOrEqualTo(95)
        .contains(
            "io.edgebeat.api.ledger.Ledger.awaitEvents(LedgerCursor, int, Duration)",
            "io.edgebeat.api.state.StateIndex.Rebuild.close()",
            "io.edgebeat.spi.BackendProvider.unavailable()");
  }

  @Test
  void aMissingSectionIsNamedWithItsMethod() throws IOException {
    assertThat(problems(PROMISE)).isEmpty();
    for (String section : List.of("Threads:", "Blocking:", "Errors:", "After close:")) {
      assertThat(problems(PROMISE.replace(section, "")))
          .containsExactly("planted.Door.open(String) has no \"" + section + "\"");
    }
  }

  @Test
  void aSectionWithoutWordsIsNamed() throws IOException {
    assertThat(problems(PROMISE.replace("no.", ".")))
        .containsExactly("planted.Door.open(String) says nothing after \"Blocking:\"");
    assertThat(problems(PROMISE.replace(" {@code CLOSED}.", "")))
        .containsExactly("planted.Door.open(String) says nothing after \"After close:\"");
  }

  @Test
  void sectionsInAnotherOrderAreNamed() throws IOException {
    assertThat(
            problems(
                "Threads: one. Errors: {@code BUSY}. Blocking: no. After close: {@code CLOSED}."))
        .containsExactly(
            "planted.Door.open(String) has \"Errors:\" in another place than"
                + " [Threads:, Blocking:, Errors:, After close:]");
  }

  @Test
  void aMethodWithoutAnyWordsLacksEverySection() throws IOException {
    assertThat(
            read("/** SPI: a door. */ public interface Door { default void open() {} }").problems())
        .hasSize(4)
        .allMatch(line -> line.startsWith("planted.Door.open() has no "));
  }

  @Test
  void whatABackendImplementsBesidesIsForBackendsToo() throws IOException {
    assertThat(
            read(
                    "/** SPI: a door. */ public interface Door { /** A key. */ interface Key {} }",
                    "/** SPI: a gate. */ public interface Gate extends planted.Fence<String> {}",
                    "/** A fence. */ public interface Fence<T> { void jump(); }")
                .problems())
        .containsExactlyInAnyOrder(
            "planted.Door.Key is within an SPI type, and its Javadoc does not begin with SPI:",
            "planted.Gate extends Fence, whose Javadoc does not begin with SPI:");
  }

  @Test
  void whatApplicationsAndTheEngineImplementIsLeftAlone() throws IOException {
    SpiDocs.Found found =
        read(
            "/** Application call: a bell. */ public interface Bell { void ring(); }",
            "/** SPI: not public. */ interface Hidden { void hide(); }",
            "/** SPI: a door. */ public interface Door { static void paint() {} }");
    assertThat(found.problems()).isEmpty();
    assertThat(found.types()).containsExactly("planted.Door");
    assertThat(found.methods()).isEmpty();
  }

  private static List<String> problems(String promise) throws IOException {
    SpiDocs.Found found =
        read(
            "/** SPI: a door. */ public interface Door {\n"
                + "/** Opens.\n *\n * <p>"
                + promise
                + "\n *\n * @param name whose\n */\nvoid open(java.lang.String name); }");
    assertThat(found.methods()).hasSize(1);
    return found.problems();
  }

  private static SpiDocs.Found read(String... types) throws IOException {
    return SpiDocs.read(Stream.of(types).map(SpiDocsTest::source).toList());
  }

  private static JavaFileObject source(String type) {
    URI uri = URI.create("string:///planted/Type" + Integer.toHexString(type.hashCode()) + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return "package planted;\n" + type;
      }
    };
  }
}
