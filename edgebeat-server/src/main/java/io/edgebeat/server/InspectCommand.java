package io.edgebeat.server;

import io.edgebeat.exec.wasm.WasmInspector;
import io.edgebeat.exec.wasm.WasmLimits;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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

  @Override
  public Integer call() {
    WasmInspector.Report report =
        WasmInspector.inspect(Output.read(file, "a module", MOST_BYTES), WasmLimits.DEFAULTS);
    Commands.out(spec).print(report.text());
    Commands.out(spec).flush();
    return report.refusal().isPresent() ? Commands.DOES_NOT_HOLD : 0;
  }
}
