package io.edgebeat.server;

import io.edgebeat.exec.wasm.WasmInspector;
import io.edgebeat.exec.wasm.WasmLimits;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into a module. */
@Command(
    name = "inspect",
    description =
        "Prints imports, exports, limits and base fuel of a WebAssembly module, and why a seller"
            + " would refuse it; runs nothing of it.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class)
final class InspectCommand implements Callable<Integer> {
  private static final long MOST_BYTES = 256L << 20;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The module.")
  private Path file = Path.of("");

  @Option(
      names = "--tick",
      paramLabel = "UNITS",
      description = "Fuel that makes a tick: tells how many ticks a call costs at least.")
  private long tick;

  @Override
  public Integer call() {
    WasmInspector.Report report =
        WasmInspector.inspect(Output.read(file, "a module", MOST_BYTES), WasmLimits.DEFAULTS);
    String ticks = tick == 0 ? "" : ticks(report, tick);
    Commands.out(spec).print(report.text() + ticks);
    Commands.out(spec).flush();
    return report.refusal().isPresent() ? Commands.DOES_NOT_HOLD : 0;
  }

  private static String ticks(WasmInspector.Report report, long unitsPerTick) {
    StringBuilder lines = new StringBuilder();
    for (WasmInspector.Export export : report.exports()) {
      OptionalLong ticks = export.leastTicks(unitsPerTick);
      if (ticks.isPresent()) {
        lines.append("at least ").append(ticks.getAsLong()).append(" ticks of ");
        lines.append(unitsPerTick).append(" units: ");
        lines.append(export.name().replaceAll("\\p{Cntrl}", "?")).append('\n');
      }
    }
    return lines.toString();
  }
}
