package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A chain for each class of tests: two classes run at a time, and what is not old is fast. */
final class Anvil {
  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final Map<Class<?>, Devnet> STARTED = new ConcurrentHashMap<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Anvil::close));
  }

  private Anvil() {}

  /** Where anvil is not installed the test is skipped and says why, or fails where it must be. */
  static Devnet here() {
    String reason = Devnet.unavailable().orElse(null);
    if (reason == null) {
      return STARTED.computeIfAbsent(CALLERS.getCallerClass(), type -> Devnet.start());
    }
    System.getLogger(Anvil.class.getName()).log(System.Logger.Level.WARNING, reason);
    return System.getProperty("edgebeat.components", "optional").equals("required")
        ? fail(reason)
        : abort(reason);
  }

  /** Ends all of them; each that is asked for again begins anew. */
  static void close() {
    STARTED.values().forEach(Devnet::close);
    STARTED.clear();
  }
}
