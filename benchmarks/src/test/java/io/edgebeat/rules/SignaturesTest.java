package io.edgebeat.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.rules.planted.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others compile against changes only when somebody wants it to. */
class SignaturesTest {
  private static final String RENEW =
      "mvn -pl benchmarks -am -Dtest=SignaturesTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dbuild.tests.required=false -Dedgebeat.api.write test";

  /** Packages that a module is there for, besides the JDK, EdgeBeat and JSpecify. */
  private static final Map<String, Set<String>> SHOWN =
      Map.of(
          "edgebeat-testkit",
          Set.of("org.junit.jupiter.api", "org.assertj.core"),
          // Binds a node to the registry that an application has.
          "edgebeat-micrometer",
          Set.of("io.micrometer.core.instrument"));

  @ParameterizedTest
  @ValueSource(strings = {"edgebeat-api", "edgebeat-core", "edgebeat-testkit"})
  void exportsWhatIsWrittenDown(String name) throws IOException {
    Published module = Published.named(name);
    Collection<String> found = Signatures.of(module.exportedClasses()).keySet();
    assertThat(found).as("guard: lines of " + name).hasSizeGreaterThan(100);
    Path file = Published.sources().resolve("docs/api/" + name + ".txt");
    if (System.getProperty("edgebeat.api.write") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, String.join("\n", found) + "\n");
    }
    List<String> differences =
        differences(Files.exists(file) ? Files.readAllLines(file) : List.of(), found);
    assertThat(differences.isEmpty())
        .as(
            "%s exports something else than %s says. If that is wanted: %s%n%s",
            name, file.getFileName(), RENEW, String.join("\n", differences))
        .isTrue();
  }

  @Test
  void namesNoTypeOfAThirdParty() {
    List<String> found = new ArrayList<>();
    for (Published module : Published.ALL) {
      // The server is a program; what it is made of is nobody's business.
      if (!module.name().equals("edgebeat-server")) {
        List<Class<?>> types = module.exportedClasses();
        assertThat(types).as("guard: exported classes of " + module.name()).isNotEmpty();
        found.addAll(strangers(types, SHOWN.getOrDefault(module.name(), Set.of())));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void aLineMoreAndALineLessAreShown() {
    assertThat(differences(List.of("a", "b", "c"), List.of("a", "c", "d")))
        .containsExactly("- b", "+ d");
    assertThat(differences(List.of("a"), List.of("a"))).isEmpty();
  }

  @Test
  void everyPartOfADeclarationIsInItsLine() {
    assertThat(Signatures.of(List.of(Shown.class, Shown.Pair.class, Shown.Shape.class)).keySet())
        .containsExactly(
            "io.edgebeat.rules.planted.Shown public abstract class<T extends Number &"
                + " Comparable<T>> extends java.io.Reader implements Runnable",
            "io.edgebeat.rules.planted.Shown.<init>(int) protected",
            "io.edgebeat.rules.planted.Shown.Pair public record<A>(A first, java.util.List<? super"
                + " A> others) implements io.edgebeat.rules.planted.Shown.Shape",
            "io.edgebeat.rules.planted.Shown.Pair.<init>(A,java.util.List<? super A>) public",
            "io.edgebeat.rules.planted.Shown.Pair.first() public A",
            "io.edgebeat.rules.planted.Shown.Pair.others() public java.util.List<? super A>",
            "io.edgebeat.rules.planted.Shown.Shape public sealed interface permits"
                + " io.edgebeat.rules.planted.Shown.Pair",
            "io.edgebeat.rules.planted.Shown.Shape.corners() public default int",
            "io.edgebeat.rules.planted.Shown.all(E[],String[])... public static final <E extends"
                + " Exception>"
                + " E[] throws E, java.io.IOException",
            "io.edgebeat.rules.planted.Shown.count protected final long",
            "io.edgebeat.rules.planted.Shown.foreign() public abstract org.rocksdb.RocksDB");
  }

  @Test
  void aTypeOfAThirdPartyIsFound() {
    assertThat(strangers(List.of(Shown.class), Set.of()))
        .containsExactly(
            "org.rocksdb.RocksDB in io.edgebeat.rules.planted.Shown.foreign() public abstract"
                + " org.rocksdb.RocksDB");
    assertThat(strangers(List.of(Shown.class), Set.of("org.rocksdb"))).isEmpty();
  }

  private static List<String> differences(Collection<String> written, Collection<String> found) {
    List<String> differences = new ArrayList<>();
    for (String line : new TreeSet<>(written)) {
      if (!found.contains(line)) {
        differences.add("- " + line);
      }
    }
    for (String line : found) {
      if (!written.contains(line)) {
        differences.add("+ " + line);
      }
    }
    return differences;
  }

  /** Types that whoever compiles against these would need and must not see. */
  private static List<String> strangers(List<Class<?>> types, Set<String> others) {
    List<String> found = new ArrayList<>();
    Signatures.of(types)
        .forEach(
            (line, used) -> {
              for (Class<?> type : used) {
                if (!mayBeShown(type, others) && !types.contains(type)) {
                  found.add(type.getName() + " in " + line);
                }
              }
            });
    return found;
  }

  private static boolean mayBeShown(Class<?> type, Set<String> others) {
    String name = type.getPackageName();
    return type.isPrimitive()
        || isOfJdk(type)
        || name.startsWith("org.jspecify.")
        || others.stream().anyMatch(other -> (name + ".").startsWith(other + "."))
        || (Signatures.isVisible(type)
            && Published.ALL.stream().anyMatch(module -> module.exported().contains(name)));
  }

  private static boolean isOfJdk(Class<?> type) {
    String module = type.getModule().getName();
    return module != null && module.startsWith("java.");
  }
}
