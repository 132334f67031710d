package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.child.ChildArchive;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/**
 * The program of a child JVM. Its first thread does nothing but listen to the node: when the node
 * is gone, whyever, it ends the JVM at once, whatever the guest is doing.
 */
final class ChildMain {
  /** The node said what it may not say. */
  static final int CONFUSED = 70;

  /** A defect of the child. */
  static final int DEFECT = 71;

  /** The guest did not end when it had to. */
  static final int LEFT_BEHIND = 72;

  private ChildMain() {}

  /** Takes {@link ChildArchive#TRAIN} to load its classes and end, or nothing. */
  public static void main(String[] args) {
    InputStream in = new FileInputStream(FileDescriptor.in);
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    // What speaks and listens by the usual names must not come between the frames.
    System.setIn(InputStream.nullInputStream());
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    ThreadFactory threads =
        work -> {
          Thread thread =
              Thread.ofPlatform().daemon().stackSize(WasmExecutor.STACK_BYTES).unstarted(work);
          thread.setUncaughtExceptionHandler((t, e) -> Runtime.getRuntime().halt(DEFECT));
          return thread;
        };
    long start = System.nanoTime();
    InstantSource clock = () -> Instant.EPOCH.plusNanos(System.nanoTime() - start);
    if (args.length > 0 && args[0].equals(ChildArchive.TRAIN)) {
      WasmExecutor.create(threads, clock, WasmLimits.DEFAULTS).close();
      return;
    }
    int code = DEFECT;
    try {
      NodeLink node = new NodeLink(new BufferedOutputStream(out, 64 << 10));
      new ChildHost(node, threads, clock, Runtime.getRuntime()::halt)
          .listen(new DataInputStream(new BufferedInputStream(in, 64 << 10)));
    } catch (IOException e) {
      code = e instanceof EOFException ? 0 : CONFUSED;
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }
}
