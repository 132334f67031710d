package io.edgebeat.exec.wasm;

import com.dylibso.chicory.wasm.Parser;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.exec.wasm.meter.HostedModule;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.io.IOAccess;

/**
 * GraalWasm: compiled on a GraalVM, interpreted by a JVM that is none. Its jars are not there
 * unless whoever asks for it adds them, so this class is loaded only then.
 *
 * <p>Every instance has a context of its own, which may do nothing but call the functions it
 * imports. What the engine lets no host decide, the module asks for itself: {@link HostedModule}.
 */
final class GraalEngine implements WasmEngine {
  private static final String WASM = "wasm";

  /** Import a function and export it: only such a one can be put into a table. */
  static final Source NO_PARAMETERS = oneFunction("0401600000");

  static final Source ONE_PARAMETER = oneFunction("050160017e00");

  private final int tableEntries;
  private final ThreadFactory threads;
  private final Engine engine;

  /**
   * An engine.
   *
   * @param limits the most that is given to anyone
   * @param threads makes those that end guests
   * @throws IllegalStateException when its jars are not there, as other exceptions and errors
   */
  GraalEngine(WasmLimits limits, ThreadFactory threads) {
    this.tableEntries = limits.tableEntries();
    this.threads = threads;
    this.engine =
        Engine.newBuilder(WASM)
            .allowExperimentalOptions(true)
            .option("engine.WarnInterpreterOnly", "false")
            .option("wasm.ExtendedConstExpressions", "true")
            // The streams of the process belong to the application.
            .logHandler(OutputStream.nullOutputStream())
            .build();
    if (!engine.getLanguages().containsKey(WASM)) {
      throw new IllegalStateException("there are other languages, but not WebAssembly");
    }
  }

  @Override
  public String name() {
    String version = Engine.class.getPackage().getImplementationVersion();
    return "GraalWasm "
        + (version == null ? engine.getVersion() : version)
        + ", "
        + engine.getImplementationName();
  }

  /** By the other engine's parser: the same modules are refused, in the same words. */
  @Override
  public void validate(byte[] image) {
    ChicoryEngine.parsing(() -> Parser.parse(image));
  }

  private static Source source(byte[] module) {
    return Source.newBuilder(WASM, ByteSequence.create(module), "guest").buildLiteral();
  }

  private static Source oneFunction(String types) {
    return source(
        HexFormat.of()
            .parseHex("0061736d01000000" + "01" + types + "020601000168000007050101680000"));
  }

  private Context context() {
    return Context.newBuilder(WASM)
        .engine(engine)
        .allowHostAccess(HostAccess.NONE)
        .allowPolyglotAccess(PolyglotAccess.NONE)
        .allowIO(IOAccess.NONE)
        .allowCreateThread(false)
        .allowNativeAccess(false)
        .in(InputStream.nullInputStream())
        .out(OutputStream.nullOutputStream())
        .err(OutputStream.nullOutputStream())
        .build();
  }

  @Override
  public Compiled compile(byte[] image, ModuleShape shape) {
    byte[] hosted =
        HostedModule.of(image, shape.functions().size(), TableSpace.QUOTA, tableEntries);
    Source source = source(hosted);
    try (Context context = context()) {
      Value module = context.eval(source);
      if (!module.canInstantiate()) {
        throw new IllegalStateException("GraalWasm made no module of one: " + module);
      }
    } catch (PolyglotException e) {
      throw new EdgeBeatException(
          ErrorCode.WORKLOAD_REFUSED,
          RetryAdvice.NEVER,
          "the WebAssembly module cannot be run by GraalWasm: " + e.getMessage(),
          e);
    }
    return new Module(source, shape, hosted.length);
  }

  private final class Module implements Compiled {
    private final Source source;
    private final ModuleShape shape;
    private final int bytes;

    Module(Source source, ModuleShape shape, int bytes) {
      this.source = source;
      this.shape = shape;
      this.bytes = bytes;
    }

    /** The module, and the form it is interpreted in, which is somewhat larger. */
    @Override
    public long sizeBytes() {
      return 4L * bytes;
    }

    @Override
    public Instance instantiate(List<HostCall> imports, long memoryPages, Runnable probe) {
      Context context = context();
      boolean made = false;
      try {
        Instance instance =
            new GraalInstance(
                context, source, shape, imports, memoryPages, probe, tableEntries, threads);
        made = true;
        return instance;
      } finally {
        if (!made) {
          context.close(true);
        }
      }
    }
  }
}
