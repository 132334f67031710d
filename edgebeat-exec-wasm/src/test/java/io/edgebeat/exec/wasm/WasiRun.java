package io.edgebeat.exec.wasm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.wasi.FileCeiling;
import io.edgebeat.exec.wasm.wasi.Work;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Runs a WASI command on the test's own thread and counts what it asks of its host. */
public final class WasiRun {
  /** What the programs find on descriptor 0. */
  static final String INPUT = "input of the order";

  static final long MEMORY_BYTES = 16 << 20;
  private static final long MOST_STEPS = 50_000_000;

  /** How the guest's code is run. */
  enum Mode {
    COMPILED,
    INTERPRETED
  }

  /** How a program has ended. */
  record Result(
      int exitCode,
      String output,
      String log,
      Map<String, Integer> calls,
      Map<Work, Long> work,
      long fileBytes) {}

  private record Loaded(
      WasmModule module, ModuleShape shape, Function<Instance, Machine> compiled) {}

  private static final Map<String, Loaded> LOADED = new ConcurrentHashMap<>();

  private WasiRun() {}

  /**
   * Runs one case in the interpreter; for classes that were loaded with a planted mistake.
   *
   * @param program the program's resource
   * @param name the case
   * @param bare whether there is neither clock nor seed
   * @return the exit code
   * @throws Exception when the host fails
   */
  public static int exitCode(String program, String name, boolean bare) throws Exception {
    return run(program, Mode.INTERPRETED, bare, FileCeiling.NONE, name).exitCode();
  }

  static HostProfile profile(boolean bare) {
    return bare
        ? HostProfile.NOTHING
        : new HostProfile(
            Optional.of(Instant.parse("2026-03-04T05:06:07.000000008Z")),
            Optional.of(ContentId.sha256(new byte[] {7})),
            Map.of("B", "ü", "A", "1"));
  }

  static ExecutionRequest request(boolean bare, String... arguments) {
    return new ExecutionRequest(
        new io.edgebeat.api.exec.ExecutionId(new AgreementId(Bytes32.ZERO), 1),
        Workload.wasm(ContentId.ofRaw(new byte[0]), arguments),
        Optional.empty(),
        new ExecutionLimits(MEMORY_BYTES, Duration.ofMinutes(1), 1 << 20, 1 << 20),
        profile(bare),
        Map.of(),
        Map.of(),
        Instant.MAX,
        Meter.FREE,
        new MemoryContent());
  }

  static Result run(
      String program, Mode mode, boolean bare, FileCeiling ceiling, String... arguments)
      throws Exception {
    Loaded loaded = LOADED.get(program);
    if (loaded == null) {
      ModuleGate.Admitted admitted =
          ModuleGate.admit(SameResult.resource(program), WasmLimits.DEFAULTS);
      WasmModule module = Parser.parse(admitted.image());
      loaded =
          new Loaded(
              module,
              admitted.shape(),
              MachineFactoryCompiler.builder(module)
                  .withInterpreterFallback(InterpreterFallback.FAIL)
                  .compile());
      LOADED.put(program, loaded);
    }
    WasmModule module = loaded.module();
    Counting control = new Counting();
    ExecutionLog log = new ExecutionLog();
    WasiHost host =
        new WasiHost(
            request(bare, arguments),
            control,
            new Counters(),
            log,
            new ByteArrayInputStream(INPUT.getBytes(StandardCharsets.UTF_8)),
            1 << 20,
            ceiling);
    Map<String, Integer> calls = new TreeMap<>();
    var imports = ImportValues.builder();
    for (ModuleShape.ImportedFunction wanted : loaded.shape().imports()) {
      imports.addFunction(function(wanted, host.call(wanted), calls));
    }
    Function<Instance, Machine> machines =
        mode == Mode.INTERPRETED ? InterpreterMachine::new : loaded.compiled();
    int code = 0;
    try {
      Instance instance =
          Instance.builder(module)
              .withMachineFactory(machines)
              .withMemoryFactory(ByteArrayMemory::new)
              .withImportValues(imports.build())
              .withStart(false)
              .build();
      instance.export("_start").apply();
    } catch (GuestEnd.Exit e) {
      code = e.code;
    }
    log.end();
    return new Result(
        code,
        new String(host.output(), StandardCharsets.UTF_8),
        log.awaitLog(Duration.ZERO)
            .map(text -> new String(text.toBytes(), StandardCharsets.UTF_8))
            .orElse(""),
        calls,
        control.work,
        host.fileBytes());
  }

  private static HostFunction function(
      ModuleShape.ImportedFunction wanted, WasmEngine.HostCall call, Map<String, Integer> calls) {
    boolean hasResult = !wanted.shape().results().isEmpty();
    return new HostFunction(
        wanted.module(),
        wanted.name(),
        FunctionType.of(types(wanted.shape().parameters()), types(wanted.shape().results())),
        (instance, arguments) -> {
          calls.merge(wanted.name(), 1, Integer::sum);
          long result = call.call(new ChicoryMemory(instance.memory()), arguments);
          return hasResult ? new long[] {result} : null;
        });
  }

  private static List<ValType> types(List<ValueType> types) {
    return types.stream().map(type -> type == ValueType.I64 ? ValType.I64 : ValType.I32).toList();
  }

  /** Holds up nobody, counts, and ends who goes round in circles. */
  static final class Counting implements HostControl {
    final Map<Work, Long> work = new EnumMap<>(Work.class);

    @Override
    public void gate() {}

    @Override
    public boolean isDraining() {
      return false;
    }

    @Override
    public void beginWait() {}

    @Override
    public void endWait() {}

    @Override
    public void pay(Work kind, long amount) {
      if (work.merge(kind, amount, Long::sum) > MOST_STEPS) {
        throw new GuestEnd.Stop("too much of " + kind);
      }
    }
  }
}
