package io.edgebeat.rules;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A published module as it was compiled: a directory of classes, or a jar.
 *
 * @param name the artifact
 * @param root where its main classes are
 * @param classes the names of its classes, sorted
 * @param exported the packages that others may use
 */
record Published(String name, Path root, List<String> classes, Set<String> exported) {

  /** Every module of the BOM, in its order. */
  static final List<Published> ALL =
      List.of(
          of("edgebeat-api", "io.edgebeat.api.EdgeBeatNode"),
          of("edgebeat-core", "io.edgebeat.EdgeBeat"),
          of("edgebeat-crypto-native", "io.edgebeat.crypto.natives.NativeSignatureBackend"),
          of("edgebeat-crypto-java", "io.edgebeat.crypto.java.JavaSignatureBackend"),
          of("edgebeat-exec-wasm", "io.edgebeat.exec.wasm.WasmExecutor"),
          of("edgebeat-chain-evm", "io.edgebeat.chain.evm.rpc.Rpc"),
          of("edgebeat-store-jdbc", "io.edgebeat.store.jdbc.JdbcStateIndex"),
          of("edgebeat-micrometer", "io.edgebeat.micrometer.EdgeBeatMetrics"),
          of("edgebeat-server", "io.edgebeat.server.Commands"),
          of("edgebeat-testkit", "io.edgebeat.testkit.FakeClock"));

  /** The module that holds a class. */
  static Published named(String name) {
    return ALL.stream().filter(module -> module.name.equals(name)).findFirst().orElseThrow();
  }

  /** The root of the source tree: tests run in the directory of their module. */
  static Path sources() {
    return Path.of("").toAbsolutePath().getParent();
  }

  boolean isJar() {
    return !Files.isDirectory(root);
  }

  /** Loads its exported classes, without initialising any. */
  List<Class<?>> exportedClasses() {
    return classes.stream()
        .filter(type -> exported.contains(packageOf(type)))
        .<Class<?>>map(Published::load)
        .toList();
  }

  /** The packages it has classes in. */
  Set<String> packages() {
    return classes.stream()
        .map(Published::packageOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Class<?> load(String type) {
    try {
      return Class.forName(type, false, Published.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("no class " + type + " on the class path of this test", e);
    }
  }

  private static Published of(String name, String anchor) {
    try {
      Path root = Path.of(load(anchor).getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(root)) {
        return read(name, root, root);
      }
      try (FileSystem jar = FileSystems.newFileSystem(root)) {
        return read(name, root, jar.getPath("/"));
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot read the classes of " + name, e);
    }
  }

  private static Published read(String name, Path root, Path files) throws IOException {
    List<String> classes = new ArrayList<>();
    try (Stream<Path> all = Files.walk(files)) {
      all.map(file -> files.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.startsWith("META-INF"))
          .map(file -> file.substring(0, file.length() - 6).replaceAll("[/\\\\]", "."))
          .filter(type -> !type.endsWith("-info"))
          .sorted()
          .forEach(classes::add);
    }
    Path descriptor = files.resolve("module-info.class");
    Set<String> exported = new TreeSet<>();
    if (Files.exists(descriptor)) {
      try (InputStream in = Files.newInputStream(descriptor)) {
        ModuleDescriptor.read(in).exports().forEach(e -> exported.add(e.source()));
      }
    } else {
      // An automatic module exports all it has.
      classes.forEach(type -> exported.add(packageOf(type)));
    }
    return new Published(name, root, List.copyOf(classes), exported);
  }

  private static String packageOf(String type) {
    return type.substring(0, type.lastIndexOf('.'));
  }
}
