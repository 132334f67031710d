package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.exec.wasm.child.ChildArchive;
import io.edgebeat.exec.wasm.child.ChildCommand;
import io.edgebeat.exec.wasm.child.ChildProcess;
import io.edgebeat.exec.wasm.child.ClassPath;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.Values;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/** Starts children: finds what they need, and tells them the limits. */
final class ChildStarter implements AutoCloseable {
  /** The program of a child. */
  static final String MAIN = "io.edgebeat.exec.wasm.ChildMain";

  /** One class of every jar that a child needs; a test compares this with what it has loaded. */
  static final List<String> ANCHORS =
      List.of(
          MAIN,
          "io.edgebeat.api.exec.Executor",
          "com.dylibso.chicory.wasm.Parser",
          "com.dylibso.chicory.runtime.Instance",
          "com.dylibso.chicory.compiler.MachineFactoryCompiler",
          "org.objectweb.asm.ClassVisitor",
          "org.objectweb.asm.tree.ClassNode",
          "org.objectweb.asm.tree.analysis.Analyzer",
          "org.objectweb.asm.commons.InstructionAdapter",
          "org.objectweb.asm.util.CheckClassAdapter",
          "org.slf4j.Logger");

  private final WasmLimits limits;
  private final ThreadFactory threads;
  private final ChildCommand command;
  private final ChildArchive archive;
  private final Path directory;
  private final AtomicBoolean closed = new AtomicBoolean();

  ChildStarter(WasmLimits limits, ChildOptions options, ThreadFactory threads, String mainClass) {
    this.limits = limits;
    this.threads = threads;
    String classPath =
        options
            .classPath()
            .orElseGet(() -> ClassPath.of(ChildStarter.class.getClassLoader(), ANCHORS));
    this.command = ChildCommand.of(classPath, mainClass, options.heapBytes(limits));
    this.archive = new ChildArchive(command, options.directory());
    try {
      this.directory = Files.createTempDirectory("edgebeat-wasm-");
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.BACKEND_UNAVAILABLE,
          RetryAdvice.AFTER_STATE_CHANGE,
          "no directory can be made for child JVMs: " + e,
          e);
    }
  }

  long heapBytes() {
    return command.heapBytes();
  }

  /** Whether there is nothing yet that lets children start quickly, and could be. */
  boolean wantsArchive() {
    return archive.isWanted();
  }

  /** Makes what lets children start quickly. */
  void makeArchive() {
    archive.make(directory);
  }

  /** Starts a process; {@link #greet} comes next. */
  Child start() {
    try {
      return new Child(
          ChildProcess.start(command, archive.options(), directory),
          limits.messageBytes(),
          threads);
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.BACKEND_UNAVAILABLE,
          RetryAdvice.AFTER_STATE_CHANGE,
          "no child JVM can be started: " + e.getMessage(),
          e);
    }
  }

  /** Tells the limits, and waits until the child is ready. */
  void greet(Child child) {
    FieldsWriter body = new FieldsWriter();
    Values.map(body, words(limits));
    try {
      child.send(FrameKind.LIMITS, body);
    } catch (IOException e) {
      throw child.broken("nothing yet", e);
    }
    child.awaitReady();
  }

  /** Limits as the configuration that gives them: its keys are the names of the components. */
  static Map<String, String> words(WasmLimits limits) {
    Map<String, String> words = new TreeMap<>();
    for (RecordComponent component : WasmLimits.class.getRecordComponents()) {
      try {
        words.put(component.getName(), component.getAccessor().invoke(limits).toString());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a record can be read", e);
      }
    }
    return words;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      archive.close();
      try {
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        // Something was left in it that a child has written; the system's own cleaning takes it.
      }
    }
  }
}
