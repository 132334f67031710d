package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.child.ChildArchive;
import io.edgebeat.exec.wasm.child.ChildCommand;
import io.edgebeat.exec.wasm.child.ClassPath;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What children are started with. */
@ResourceLock(Bench.CHILDREN)
@Timeout(300)
class ChildStartTest {
  @TempDir Path directory;

  /** A loader that has every class at one place. */
  private static ClassLoader at(String url) {
    return new ClassLoader(null) {
      @Override
      public URL getResource(String name) {
        try {
          return URL.of(
              URI.create("elsewhere:/x"),
              new URLStreamHandler() {
                @Override
                protected URLConnection openConnection(URL u) throws IOException {
                  throw new IOException("never read");
                }

                @Override
                protected String toExternalForm(URL u) {
                  return url + name;
                }
              });
        } catch (MalformedURLException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  @Test
  void jarsWithinJarsAndImagesOfRuntimesAreRefusedWithARemedy() {
    for (String url :
        List.of(
            "jar:nested:/app/app.jar/!BOOT-INF/lib/api.jar!/",
            "jar:file:/app/app.jar!/BOOT-INF/lib/api.jar!/",
            "jrt:/io.edgebeat.api/",
            "bundleresource://7.fwk/")) {
      assertThatThrownBy(() -> ClassPath.of(at(url), List.of("a.B")))
          .as(url)
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE))
          .hasMessageContaining(url + "a/B.class")
          .hasMessageContaining("childClassPath")
          .hasMessageContaining("in-jvm");
    }
    assertThatThrownBy(() -> ClassPath.of(new ClassLoader(null) {}, List.of("no.Such")))
        .hasMessageContaining("no.Such");
    assertThatThrownBy(() -> ClassPath.of(at("file:/no/such/"), List.of("a.B")))
        .hasMessageContaining("no class path can name");
  }

  @Test
  void aChildKnowsNothingOfItsNode() throws Exception {
    try (Bench bench = Bench.inChildren(WasmLimits.DEFAULTS, ChildOptions.DEFAULTS.withSpare(0))) {
      assertThat(bench.wat(WasmExecutorTest.ECHO).input("x").output()).isEqualTo("x");
      Path process = Path.of("/proc", Long.toString(bench.executor.processes().getFirst().pid()));
      assumeTrue(Files.exists(process), "no /proc here");
      assertThat(Files.readString(process.resolve("environ")).split("\0", -1))
          .containsExactly("LC_ALL=C.UTF-8", "");
      try (Stream<Path> files = Files.list(process.resolve("cwd"))) {
        assertThat(files).isEmpty();
      }
      List<String> words = List.of(Files.readString(process.resolve("cmdline")).split("\0", -1));
      assertThat(words).contains("-XX:+ExitOnOutOfMemoryError", "-XX:+DisableAttachMechanism");
      try (Stream<Path> files = Files.list(process.resolve("fd"))) {
        List<String> open = new ArrayList<>();
        for (Path file : files.toList()) {
          String target = Files.readSymbolicLink(file).toString();
          if (!target.endsWith(".jar") && !target.contains("/lib/modules")) {
            open.add(target.replaceAll("[0-9]+", "N"));
          }
        }
        assertThat(open).as("three pipes, and no file of the node").doesNotContain("socket:[N]");
        assertThat(open.stream().filter(target -> target.startsWith("pipe:"))).hasSize(3);
      }
    }
  }

  /** The class path of children with every directory as a jar. */
  private String jars() throws IOException {
    List<String> entries = new ArrayList<>();
    String found = ClassPath.of(ChildStarter.class.getClassLoader(), ChildStarter.ANCHORS);
    for (String entry : found.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        Path jar = directory.resolve(entries.size() + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
            Stream<Path> all = Files.walk(path)) {
          for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
            out.putNextEntry(new JarEntry(path.relativize(file).toString().replace('\\', '/')));
            Files.copy(file, out);
            out.closeEntry();
          }
        }
        entries.add(jar.toString());
      } else {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  @Test
  void anArchiveIsMadeOnceAndADamagedOneIsNotUsed() throws Exception {
    String classPath = jars();
    ChildCommand command = ChildCommand.of(classPath, ChildStarter.MAIN, 64 << 20);
    Path kept = directory.resolve("kept");
    try (ChildArchive archive = new ChildArchive(command, Optional.of(kept))) {
      assertThat(archive.isWanted()).isTrue();
      assertThat(archive.options()).isEmpty();
      archive.make(directory);
      assertThat(archive.isWanted()).isFalse();
      assertThat(archive.options()).hasSize(2);
    }
    Path file;
    try (Stream<Path> files = Files.list(kept)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      file = all.getFirst();
    }
    works(classPath, kept);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, "no archive".getBytes(UTF_8));
    works(classPath, kept);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    works(classPath, kept);
    ChildArchive none =
        new ChildArchive(
            ChildCommand.of(directory.toString(), ChildStarter.MAIN, 64 << 20), Optional.of(kept));
    assertThat(none.isWanted()).as("directories cannot be in an archive").isFalse();
  }

  private static void works(String classPath, Path kept) throws Exception {
    ChildOptions defaults = ChildOptions.DEFAULTS;
    ChildOptions options =
        new ChildOptions(0, 0, defaults.idle(), Optional.of(classPath), Optional.of(kept));
    try (Bench bench = Bench.inChildren(WasmLimits.DEFAULTS, options)) {
      assertThat(bench.wat(WasmExecutorTest.ECHO).input("x").output()).isEqualTo("x");
    }
  }
}
