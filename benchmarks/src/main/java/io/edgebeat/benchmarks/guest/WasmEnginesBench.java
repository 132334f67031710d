package io.edgebeat.benchmarks.guest;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.OutputStream;
import java.util.Locale;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;

/**
 * How long metered guests take in GraalWasm, as a multiple of Chicory's compiled code: the same
 * kernels with the same results, by processor time. Says whether GraalWasm compiles in this JVM.
 */
public final class WasmEnginesBench implements Program {
  private static final String WASM = "wasm";
  private static final int WARM = 200;
  private static final int COUNTED = 20;

  @Override
  public String name() {
    return "wasm-engines";
  }

  @Override
  public String summary() {
    return "metered WebAssembly in GraalWasm beside Chicory's compiled code, on five kernels";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    try (Engine engine =
        Engine.newBuilder(WASM)
            .option("engine.WarnInterpreterOnly", "false")
            .logHandler(OutputStream.nullOutputStream())
            .build()) {
      boolean compiles = !engine.getImplementationName().equals("Interpreted");
      context.result("graalwasm", compiles ? "compiled" : "interpreted");
      double logarithms = 0;
      int loops = 0;
      for (Kernel kernel : Kernel.values()) {
        double times = times(engine, kernel, compiles);
        context.result(kernel.file(), String.format(Locale.ROOT, "%.2f", times));
        logarithms += kernel.loops() ? Math.log(times) : 0;
        loops += kernel.loops() ? 1 : 0;
      }
      context.result("loops", String.format(Locale.ROOT, "%.2f", Math.exp(logarithms / loops)));
    }
  }

  /** What an interpreter can do in a second or so. */
  private static int little(Kernel kernel) {
    return switch (kernel) {
      case HASH, MATRIX, MIX -> 1;
      case NBODY -> 10;
      case FIB -> 20;
    };
  }

  private static double times(Engine engine, Kernel kernel, boolean compiles) throws Exception {
    int size = compiles ? kernel.size : little(kernel);
    Guest.Fresh here = new Guest(kernel.module(), true).instance();
    byte[] metered = MeteredModule.of(kernel.module(), CostTable.CURRENT).bytes();
    Source source = Source.newBuilder(WASM, ByteSequence.create(metered), "kernel").buildLiteral();
    try (Context context = Context.newBuilder(WASM).engine(engine).build()) {
      Value exports = context.eval(source).newInstance().getMember("exports");
      Value there = exports.getMember("run");
      for (int i = compiles ? 0 : WARM - 1; i < WARM; i++) {
        if (there.execute(size).asInt() != here.run(size)) {
          throw new IllegalStateException(kernel + " gives other results in GraalWasm");
        }
      }
      for (int i = 0; i < WARM; i++) {
        here.run(size);
      }
      int counted = compiles ? COUNTED : 2;
      long least = Long.MAX_VALUE;
      long leastThere = Long.MAX_VALUE;
      for (int i = 0; i < counted; i++) {
        long before = Rounds.processorNanos();
        here.run(size);
        long between = Rounds.processorNanos();
        there.executeVoid(size);
        least = Math.min(least, between - before);
        leastThere = Math.min(leastThere, Rounds.processorNanos() - between);
      }
      return (double) leastThere / least;
    } finally {
      here.end();
    }
  }
}
