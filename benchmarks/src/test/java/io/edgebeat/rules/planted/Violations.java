package io.edgebeat.rules.planted;

import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.benchmarks.Prove;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import io.edgebeat.spi.LedgerProvider;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One class for each way to break a rule of compiled classes. Never run. */
public final class Violations {
  private Violations() {}

  /** Right for every module: sees the API and the JDK only. */
  static final class SeesTheApi {
    Optional<Executor> executor = Optional.empty();
  }

  static final class SeesALogger {
    static final Logger LOG = LoggerFactory.getLogger(SeesALogger.class);
  }

  static final class SeesTheEngine {
    Optional<LocalMarketBuilder> market = Optional.empty();
  }

  static final class SeesABackend {
    Optional<JavaSignatureBackend> backend = Optional.empty();
  }

  static final class SeesAProgram {
    Class<?> program = Prove.class;
  }

  static final class LoadsProviders {
    Optional<LedgerProvider> first() {
      return ServiceLoader.load(LedgerProvider.class).findFirst();
    }
  }

  static final class Exits {
    void run() {
      System.exit(1);
    }
  }

  static final class Halts {
    void run() {
      Runtime.getRuntime().halt(1);
    }
  }

  static final class Prints {
    void run() {
      System.out.println("printed");
    }
  }

  static final class PrintsAnError {
    void run() {
      System.err.println("printed");
    }
  }

  static final class Sleeps {
    void run() throws InterruptedException {
      Thread.sleep(1);
    }
  }

  static final class SleepsByUnit {
    void run() throws InterruptedException {
      TimeUnit.SECONDS.sleep(1);
    }
  }

  static final class AsksForNow {
    Instant now() {
      return Instant.now();
    }
  }

  static final class RefersToNow {
    Supplier<Instant> now = Instant::now;
  }

  static final class AsksForToday {
    LocalDate today() {
      return LocalDate.now(ZoneOffset.UTC);
    }
  }

  static final class AsksForMillis {
    long now() {
      return System.currentTimeMillis();
    }
  }

  static final class TakesTheClock {
    java.time.InstantSource clock = java.time.InstantSource.system();
  }

  static final class TakesTheClockOfUtc {
    java.time.Clock clock = java.time.Clock.systemUTC();
  }

  /** Right: the clock was given. */
  static final class AsksAClock {
    Instant now(java.time.Clock clock) {
      return Instant.now(clock);
    }
  }

  static final class StartsAThread {
    Thread thread = new Thread(() -> {});
  }

  static final class BuildsAThread {
    Thread thread = Thread.ofVirtual().unstarted(() -> {});
  }

  static final class ExtendsAThread extends Thread {}

  static final class MakesAPool {
    ExecutorService pool = Executors.newCachedThreadPool();
  }

  static final class UsesTheCommonPool {
    CompletableFuture<Void> running = CompletableFuture.runAsync(() -> {});
  }
}
