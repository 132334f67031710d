package io.edgebeat.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What classes may see and call, as compiled. */
final class Rules {
  private static final String JDK = "java..";
  private static final String NULLNESS = "org.jspecify.annotations..";
  private static final String[] API = {"io.edgebeat.api..", "io.edgebeat.spi..", JDK, NULLNESS};

  /**
   * The packages that a module may see, its own included. The server is a program and is made of
   * what it likes.
   */
  static final Map<String, String[]> SEES =
      Map.of(
          "edgebeat-api",
          API,
          // Jackson's streaming core: JSON-RPC is JSON.
          "edgebeat-chain-evm",
          andApi(
              "io.edgebeat.chain.evm..",
              "io.github.resilience4j..",
              "javax.net.ssl..",
              "org.slf4j..",
              "tools.jackson.core.."),
          "edgebeat-core",
          andApi(
              "io.edgebeat",
              "io.edgebeat.core..",
              "org.slf4j..",
              "tools.jackson.core..",
              "jdk.jfr.."),
          "edgebeat-crypto-native",
          andApi("io.edgebeat.crypto.natives..", "fr.acinq.secp256k1.."),
          // Jackson's streaming core: key files are JSON.
          "edgebeat-crypto-java",
          andApi(
              "io.edgebeat.crypto.java..",
              "org.bouncycastle..",
              "javax.crypto..",
              "tools.jackson.core.."),
          "edgebeat-exec-wasm",
          andApi(
              "io.edgebeat.exec.wasm..",
              "com.dylibso.chicory..",
              "org.graalvm.polyglot..",
              "org.objectweb.asm..",
              "org.slf4j..",
              "jdk.jfr.."),
          "edgebeat-store-jdbc",
          andApi("io.edgebeat.store.jdbc..", "org.flywaydb.core.."),
          "edgebeat-micrometer",
          andApi("io.edgebeat.micrometer..", "io.micrometer.core.instrument.."),
          "edgebeat-testkit",
          // A mistake is planted by the compiler of the JDK.
          andApi(
              "io.edgebeat.testkit..",
              "org.junit.jupiter.api..",
              "org.assertj.core..",
              "javax.tools.."));

  /** The one class that asks for providers. */
  static final String REGISTRY = "io.edgebeat.core.registry.Backends";

  private static final String PROGRAM = "io.edgebeat.server.Main";

  /**
   * A program, too: what a node starts for strangers' code, in a JVM that belongs to nobody else.
   */
  private static final String CHILD = "io.edgebeat.exec.wasm.ChildMain";

  /** For tests and samples; what it has started outlives a JVM that ends without a word. */
  private static final String DEVNET = "io.edgebeat.chain.evm.Devnet";

  /** The contracts wait and start threads as tests do, and no application runs them. */
  private static final String CONTRACTS = "io.edgebeat.testkit.Check";

  static final ArchRule NO_PROGRAM_IS_USED =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.edgebeat.server..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.edgebeat.server..", "io.edgebeat.benchmarks..", "io.edgebeat.samples..");

  static final ArchRule NO_CYCLES = slices().assignedFrom(new Packages()).should().beFreeOfCycles();

  static final ArchRule ONE_LOADS_PROVIDERS =
      nobody("asks the ServiceLoader", to(ServiceLoader.class, "load.*"), REGISTRY);

  static final ArchRule NO_EXIT =
      nobody(
          "ends the JVM, which belongs to the application",
          to(System.class, "exit").or(to(Runtime.class, "exit|halt")),
          PROGRAM,
          CHILD);

  static final ArchRule NO_STANDARD_STREAMS =
      nobody(
          "uses the streams of the process, which belong to the application",
          to(System.class, "out|err|in").or(to(Throwable.class, "printStackTrace")));

  static final ArchRule NO_SLEEP =
      nobody(
          "sleeps, when it could wait for what it needs",
          to(Thread.class, "sleep").or(to(java.util.concurrent.TimeUnit.class, "sleep")),
          CONTRACTS);

  static final ArchRule NO_WALL_CLOCK =
      nobody(
          "reads the clock of the machine, which virtual time could not replace",
          to(System.class, "currentTimeMillis")
              .or(to(Clock.class, "system.*|tick(Millis|Seconds|Minutes)"))
              .or(to(java.time.InstantSource.class, "system"))
              .or(to(java.util.Date.class, "<init>"))
              .or(Rules::isNow),
          "io.edgebeat.core.clock.WallClock");

  static final ArchRule NO_THREADS =
      nobody(
          "makes threads: a node lends its own",
          to(Thread.class, "<init>|ofPlatform|ofVirtual|startVirtualThread")
              .or(to(java.util.concurrent.Executors.class, ".*"))
              .or(to(java.util.concurrent.ThreadPoolExecutor.class, "<init>"))
              .or(to(java.util.concurrent.ScheduledThreadPoolExecutor.class, "<init>"))
              .or(to(java.util.concurrent.ForkJoinPool.class, "<init>|commonPool"))
              .or(to(java.util.Timer.class, "<init>"))
              .or(to(java.util.concurrent.CompletableFuture.class, ".*Async|delayedExecutor"))
              .or(to(java.util.Collection.class, "parallelStream"))
              .or(access -> access.getName().equals("parallel")),
          "io.edgebeat.core.node.Threads",
          CHILD,
          DEVNET,
          CONTRACTS);

  private Rules() {}

  /** Everything that a module's classes name is in one of some packages. */
  static ArchRule seesOnly(String... packages) {
    return classes().should().onlyDependOnClassesThat().resideInAnyPackage(packages);
  }

  private static String[] andApi(String... packages) {
    return Stream.concat(Stream.of(API), Stream.of(packages)).toArray(String[]::new);
  }

  private static ArchRule nobody(
      String what, Predicate<JavaAccess<?>> banned, String... exceptions) {
    Set<String> excepted = Set.of(exceptions);
    return noClasses()
        .that(
            DescribedPredicate.<JavaClass>describe(
                "are not " + excepted, type -> !excepted.contains(topLevel(type))))
        .should()
        .accessTargetWhere(
            DescribedPredicate.<JavaAccess<?>>describe(what, access -> banned.test(access)))
        .as("nobody but " + excepted + " " + what);
  }

  private static String topLevel(JavaClass type) {
    return type.getName().replaceAll("\\$.*", "");
  }

  private static Predicate<JavaAccess<?>> to(Class<?> owner, String name) {
    Predicate<String> named = Pattern.compile(name).asMatchPredicate();
    return access ->
        access.getTargetOwner().getName().equals(owner.getName()) && named.test(access.getName());
  }

  /** {@code now()} of any time, except by a clock that was given. */
  private static boolean isNow(JavaAccess<?> access) {
    return access.getName().equals("now")
        && access.getTargetOwner().getPackageName().startsWith("java.time")
        && !access.getTarget().getFullName().contains(Clock.class.getName());
  }

  /** Every package is a slice. */
  private static final class Packages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
