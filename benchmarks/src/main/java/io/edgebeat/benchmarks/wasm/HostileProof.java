package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.exec.wasm.WasmLimits;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Programs that want to harm their host: each is contained, each succeeds in a dose that may pass
 * when its one defence is off, and those who share the node with them hardly notice.
 */
public final class HostileProof implements Program {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private static final int LEAST_PROGRAMS = 40;
  private static final double LEAST_THROUGHPUT = 0.9;

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Made by the list of programs. */
  public HostileProof() {}

  @Override
  public String name() {
    return "hostile-wasm";
  }

  @Override
  public String summary() {
    return "WebAssembly programs that want to harm their host: contained, and others keep running";
  }

  /** The seed is the number of one program. */
  @Override
  public void run(ProgramContext context) throws Exception {
    QUIET.setLevel(Level.OFF);
    List<Hostile> all = Hostile.all();
    int contained = 0;
    int controls = 0;
    try (Host host = new Host(WasmLimits.DEFAULTS)) {
      for (int i = 0; i < all.size(); i++) {
        if (context.seed().isPresent() && context.seed().getAsLong() != i) {
          continue;
        }
        Hostile hostile = all.get(i);
        context.ran();
        long begin = System.nanoTime();
        String answer = run(hostile.attack(), host);
        long between = System.nanoTime();
        String control = run(hostile.dose(), host);
        sayIfSlow(context, hostile.name(), between - begin);
        sayIfSlow(context, "the dose of: " + hostile.name(), System.nanoTime() - between);
        if (context.seed().isPresent()) {
          context.say(hostile.name() + ": " + answer + " / " + control);
        }
        if (hostile.contained().stream().anyMatch(answer::startsWith)) {
          contained++;
        } else {
          context.violation(i, hostile.name() + " is not contained: " + answer);
        }
        if (control.startsWith(hostile.succeeds())) {
          controls++;
        } else {
          context.violation(
              i,
              hostile.name()
                  + ": its dose shows nothing, it should be "
                  + hostile.succeeds()
                  + " and is "
                  + control);
        }
      }
    }
    context.result("contained", contained);
    context.result("controls", controls);
    if (context.seed().isPresent()) {
      return;
    }
    if (all.size() < LEAST_PROGRAMS) {
      context.missed("there are only " + all.size() + " programs");
    }
    Neighbours.Report report = Neighbours.measure(all, context.nightly() ? 60 : 20);
    context.result("throughput", twoDigits(report.besideHostile()));
    context.result("throughput_beside_fair", twoDigits(report.besideFair()));
    context.result("attacks_meanwhile", report.attacks());
    // What a guest that only computes takes of the processors, a hostile one may take too.
    if (report.ratio() < LEAST_THROUGHPUT) {
      context.missed(
          "others keep only "
              + report.ratio()
              + " of the throughput that they have beside a guest that computes");
    }
    context.result("ratio_at_first", twoDigits(report.firstRatio()));
    context.result("ratio", twoDigits(report.ratio()));
  }

  private static String twoDigits(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static void sayIfSlow(ProgramContext context, String what, long nanos) {
    if (nanos > SLOW_NANOS) {
      context.say(TimeUnit.NANOSECONDS.toMillis(nanos) + " ms: " + what);
    }
  }

  /** On the host that all share, or on one of its own when it must be allowed more. */
  private static String run(Trial trial, Host shared) throws InterruptedException {
    if (trial.maxima().equals(WasmLimits.DEFAULTS)) {
      return trial.run(shared);
    }
    try (Host own = new Host(trial.maxima())) {
      return trial.run(own);
    }
  }
}
