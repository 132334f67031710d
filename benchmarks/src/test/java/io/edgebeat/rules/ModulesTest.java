package io.edgebeat.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules by name: the same application does the same on the module path and on the class path. */
class ModulesTest {
  /** Those with a descriptor. */
  private static final Map<String, String> NAMED =
      Map.of(
          "edgebeat-api", "io.edgebeat.api",
          "edgebeat-chain-evm", "io.edgebeat.chain.evm",
          "edgebeat-core", "io.edgebeat.core",
          "edgebeat-crypto-java", "io.edgebeat.crypto.java",
          "edgebeat-exec-wasm", "io.edgebeat.exec.wasm",
          "edgebeat-testkit", "io.edgebeat.testkit");

  /** What the named ones need to run. */
  private static final String LIBRARIES =
      ".*/(slf4j-api|resilience4j-[a-z]+|jackson-core|runtime|wasm|compiler|asm(-[a-z]+)?|bcprov-jdk18on)-[0-9.]+[.]jar";

  /** The state index has no descriptor and is on the class path in both cases. */
  private static final String ON_CLASS_PATH =
      ".*/(edgebeat-store-jdbc/.*|(h2|flyway-[a-z-]+|slf4j-jdk14)-[0-9.]+[.]jar)";

  private static final List<String> DID =
      List.of(
          "result 42, Completed",
          "indexed true",
          "proven true",
          "invoice true",
          "key true",
          "asked content BACKEND_MISSING",
          "asked executor BACKEND_MISSING",
          "asked index BACKEND_MISSING",
          "asked ledger BACKEND_MISSING",
          "asked transport BACKEND_MISSING");

  @TempDir Path temporary;

  @Test
  void anApplicationThatIsAModuleUsesEveryBackend() throws Exception {
    List<Path> modules = new ArrayList<>(modules());
    // Annotations, which javac wants of who compiles against a module that requires them.
    modules.addAll(matching(".*/jspecify-[0-9.]+[.]jar"));
    Path compiled = compile("--module-path", path(modules), sources("module-info.java"));
    modules.addAll(matching(LIBRARIES));
    modules.add(compiled);
    Map<String, String> printed =
        run(
            "--module-path",
            path(modules),
            "--class-path",
            path(matching(ON_CLASS_PATH)),
            // The testkit for itself; the database for the index, which names no modules.
            "--add-modules",
            "io.edgebeat.testkit,java.sql",
            "--module",
            "application/application.Application");
    assertThat(printed.keySet()).containsAll(DID);
    assertThat(printed)
        .containsEntry("application", "module application")
        .containsEntry("engine", "module io.edgebeat.core")
        .containsEntry("executor", "module io.edgebeat.exec.wasm")
        .containsEntry("signatures", "module io.edgebeat.crypto.java")
        .containsEntry("testkit", "module io.edgebeat.testkit")
        .containsEntry("values", "module io.edgebeat.api")
        .hasEntrySatisfying("index", module -> assertThat(module).startsWith("unnamed module"));
  }

  @Test
  void theSameApplicationWithoutModulesUsesEveryBackend() throws Exception {
    List<Path> all = new ArrayList<>(modules());
    Path compiled = compile("--class-path", path(all), "");
    all.addAll(matching(LIBRARIES));
    all.addAll(matching(ON_CLASS_PATH));
    all.add(compiled);
    Map<String, String> printed = run("--class-path", path(all), "application.Application");
    assertThat(printed.keySet()).containsAll(DID);
    for (String what : List.of("application", "engine", "executor", "index", "signatures")) {
      assertThat(printed.get(what)).as(what).startsWith("unnamed module");
    }
  }

  @Test
  void everyModuleHasANameOfItsOwn() throws IOException {
    for (Published module : Published.ALL) {
      String name = NAMED.get(module.name());
      if (name != null) {
        assertThat(ModuleFinder.of(module.root()).findAll())
            .as(module.name())
            .extracting(ModuleReference::descriptor)
            .extracting(ModuleDescriptor::name)
            .containsExactly(name);
        continue;
      }
      Path sources = Published.sources().resolve(module.name());
      Matcher automatic =
          Pattern.compile("<Automatic-Module-Name>(io[.]edgebeat[.a-z]+)</Automatic-Module-Name>")
              .matcher(Files.readString(sources.resolve("pom.xml")));
      assertThat(automatic.find()).as(module.name()).isTrue();
      assertThat(Files.readString(sources.resolve("README.md")))
          .as("why %s has no descriptor", module.name())
          .containsPattern("no module descriptor|only\\s+an\\s+`Automatic-Module-Name`");
    }
  }

  private static List<Path> modules() {
    return NAMED.keySet().stream().sorted().map(name -> Published.named(name).root()).toList();
  }

  private static List<Path> matching(String form) {
    Pattern pattern = Pattern.compile(form);
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(entry -> pattern.matcher(entry.toUri().getPath()).matches())
        .toList();
  }

  private static String path(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static String sources(String file) {
    Path all = Published.sources().resolve("benchmarks/src/test/modules/application");
    return all.resolve(file).toString();
  }

  private Path compile(String option, String path, String descriptor) throws IOException {
    Path into = Files.createDirectory(temporary.resolve("compiled"));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(option, path, "-d", into.toString(), "-Xlint:all", "-Werror"));
    if (!descriptor.isEmpty()) {
      arguments.add(descriptor);
    }
    arguments.add(sources("application/Application.java"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int ended =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    assertThat(ended).as(said.toString(StandardCharsets.UTF_8)).isZero();
    return into;
  }

  /** What it printed: the words before {@code " of "} and what comes after. */
  private Map<String, String> run(String... arguments) throws IOException, InterruptedException {
    Path log = temporary.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    command.add(Files.createDirectory(temporary.resolve("market")).toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int ended = process.waitFor();
    List<String> lines = Files.readAllLines(log);
    assertThat(ended).as(String.join("\n", lines)).isZero();
    Map<String, String> printed = new TreeMap<>();
    for (String line : lines) {
      String[] words = line.split(" of ", 2);
      printed.put(words[0], words.length > 1 ? words[1] : "");
    }
    return printed;
  }
}
