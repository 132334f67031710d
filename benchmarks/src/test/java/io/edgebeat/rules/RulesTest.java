package io.edgebeat.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import io.edgebeat.rules.planted.Violations;
import io.edgebeat.rules.planted.one.First;
import io.edgebeat.rules.planted.two.Second;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may see whom, and what no library does to the application it is part of. */
class RulesTest {
  private static final Map<String, JavaClasses> MODULES = new HashMap<>();
  private static JavaClasses all = classes();

  @BeforeAll
  static void readWhatWasCompiled() {
    // Only what is named matters, not what is known of it.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    List<Location> locations = new ArrayList<>();
    for (Published module : Published.ALL) {
      URI root = module.root().toUri();
      locations.add(Location.of(module.isJar() ? URI.create("jar:" + root + "!/") : root));
    }
    all = new ClassFileImporter().importLocations(locations);
    for (Published module : Published.ALL) {
      Set<String> own = Set.copyOf(module.classes());
      MODULES.put(
          module.name(),
          all.that(describe("are of " + module.name(), type -> own.contains(type.getName()))));
    }
  }

  @Test
  void everyPublishedClassIsLookedAt() throws IOException {
    String bom = Files.readString(Published.sources().resolve("edgebeat-bom/pom.xml"));
    List<String> published =
        Pattern.compile("<artifactId>(edgebeat-(?!bom|parent)[a-z-]+)</artifactId>")
            .matcher(bom)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(Published.ALL)
        .extracting(Published::name)
        .containsExactlyInAnyOrderElementsOf(published);
    int sum = 0;
    for (Published module : Published.ALL) {
      assertThat(module.classes()).as(module.name()).isNotEmpty();
      assertThat(names(MODULES.get(module.name()))).as(module.name()).containsAll(module.classes());
      sum += module.classes().size();
    }
    assertThat(names(all)).hasSizeGreaterThanOrEqualTo(sum);
    assertThat(sum).isGreaterThan(800);
    Set<String> ruled = new TreeSet<>(Rules.SEES.keySet());
    ruled.add("edgebeat-server");
    assertThat(published).containsExactlyInAnyOrderElementsOf(ruled);
  }

  @TestFactory
  Stream<DynamicTest> aModuleSeesOnlyWhatItMay() {
    return Rules.SEES.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> holds(Rules.seesOnly(entry.getValue()), MODULES.get(entry.getKey()))));
  }

  @Test
  void noModuleSeesMoreThanItMay() {
    for (String[] packages : Rules.SEES.values()) {
      holds(Rules.seesOnly(planted(packages)), violating("SeesTheApi"));
    }
    rejects(Rules.seesOnly(planted(Rules.SEES.get("edgebeat-api"))), "SeesALogger");
    rejects(Rules.seesOnly(planted(Rules.SEES.get("edgebeat-api"))), "SeesTheEngine");
    for (String module : List.of("exec-wasm", "crypto-native", "store-jdbc", "testkit")) {
      String[] packages = planted(Rules.SEES.get("edgebeat-" + module));
      rejects(Rules.seesOnly(packages), "SeesTheEngine");
      rejects(Rules.seesOnly(packages), "SeesABackend");
      rejects(Rules.seesOnly(packages), "SeesAProgram");
    }
    rejects(Rules.seesOnly(planted(Rules.SEES.get("edgebeat-crypto-java"))), "SeesTheEngine");
    rejects(Rules.seesOnly(planted(Rules.SEES.get("edgebeat-core"))), "SeesABackend");
    rejects(Rules.seesOnly(planted(Rules.SEES.get("edgebeat-core"))), "SeesAProgram");
  }

  /** With the package of the planted classes, as if they were the module's own. */
  private static String[] planted(String[] packages) {
    String[] more = Arrays.copyOf(packages, packages.length + 1);
    more[packages.length] = Violations.class.getPackageName();
    return more;
  }

  @Test
  void nobodyUsesAProgram() {
    holds(Rules.NO_PROGRAM_IS_USED, all);
    rejects(Rules.NO_PROGRAM_IS_USED, "SeesAProgram");
  }

  @Test
  void packagesHaveNoCycles() {
    holds(Rules.NO_CYCLES, all);
    JavaClasses planted = classes(First.class, Second.class);
    assertThat(Rules.NO_CYCLES.evaluate(planted).getFailureReport().getDetails())
        .singleElement()
        .asString()
        .contains("planted.one", "planted.two");
  }

  @Test
  void noPackageIsSplit() {
    assertThat(Packages.split(Published.ALL)).isEmpty();
    assertThat(Packages.split(List.of(module("a", "p.x.A", "p.B"), module("b", "p.C", "q.D"))))
        .containsExactly("p is in a and in b");
  }

  @Test
  void nothingInternalIsExported() {
    assertThat(Packages.exportedInternals(Published.ALL)).isEmpty();
    assertThat(Packages.exportedInternals(List.of(module("a", "p.internal.A", "p.B"))))
        .containsExactly("a exports p.internal");
  }

  private static Published module(String name, String... types) {
    Set<String> packages =
        Stream.of(types)
            .map(type -> type.substring(0, type.lastIndexOf('.')))
            .collect(Collectors.toSet());
    return new Published(name, Path.of(""), List.of(types), packages);
  }

  @Test
  void oneClassAsksForProviders() {
    holds(Rules.ONE_LOADS_PROVIDERS, all);
    rejects(Rules.ONE_LOADS_PROVIDERS, "LoadsProviders");
    assertThat(all.get(Rules.REGISTRY).getMethodCallsFromSelf())
        .as("it does")
        .anyMatch(
            call -> call.getTarget().getFullName().startsWith("java.util.ServiceLoader.load"));
  }

  @Test
  void noLibraryEndsTheProcess() {
    holds(Rules.NO_EXIT, all);
    rejects(Rules.NO_EXIT, "Exits", "Halts");
  }

  @Test
  void noLibraryUsesStandardStreams() {
    holds(Rules.NO_STANDARD_STREAMS, all);
    rejects(Rules.NO_STANDARD_STREAMS, "Prints", "PrintsAnError");
  }

  @Test
  void noLibrarySleeps() {
    holds(Rules.NO_SLEEP, all);
    rejects(Rules.NO_SLEEP, "Sleeps", "SleepsByUnit");
  }

  @Test
  void onePlaceReadsTheClockOfTheMachine() {
    holds(Rules.NO_WALL_CLOCK, all);
    holds(Rules.NO_WALL_CLOCK, violating("AsksAClock"));
    rejects(
        Rules.NO_WALL_CLOCK,
        "AsksForNow",
        "RefersToNow",
        "AsksForToday",
        "AsksForMillis",
        "TakesTheClock",
        "TakesTheClockOfUtc");
  }

  @Test
  void onePlaceOwnsThreads() {
    holds(Rules.NO_THREADS, all);
    rejects(
        Rules.NO_THREADS,
        "StartsAThread",
        "BuildsAThread",
        "ExtendsAThread",
        "MakesAPool",
        "UsesTheCommonPool");
  }

  private static void holds(ArchRule rule, JavaClasses classes) {
    assertThat(classes).as("guard: classes looked at").isNotEmpty();
    EvaluationResult result = rule.evaluate(classes);
    assertThat(result.getFailureReport().getDetails()).as(rule.getDescription()).isEmpty();
  }

  private static void rejects(ArchRule rule, String... violations) {
    for (String violation : violations) {
      assertThat(rule.evaluate(violating(violation)).getFailureReport().getDetails())
          .as(rule.getDescription())
          .isNotEmpty()
          .allMatch(line -> line.contains(violation));
    }
  }

  private static JavaClasses violating(String name) {
    return classes(Published.load(Violations.class.getName() + "$" + name));
  }

  private static JavaClasses classes(Class<?>... classes) {
    return new ClassFileImporter().importClasses(classes);
  }

  private static Set<String> names(JavaClasses classes) {
    return classes.stream().map(type -> type.getName()).collect(Collectors.toSet());
  }
}
