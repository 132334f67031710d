package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.Descriptors;
import io.edgebeat.exec.wasm.wasi.Errno;
import io.edgebeat.exec.wasm.wasi.FileCalls;
import io.edgebeat.exec.wasm.wasi.FileCeiling;
import io.edgebeat.exec.wasm.wasi.FileImage;
import io.edgebeat.exec.wasm.wasi.FileQuota;
import io.edgebeat.exec.wasm.wasi.MemoryFiles;
import io.edgebeat.exec.wasm.wasi.PathCalls;
import io.edgebeat.exec.wasm.wasi.WasiError;
import io.edgebeat.exec.wasm.wasi.Work;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one guest meets when it calls its host: input, output, log, files in memory, the streams of
 * the capabilities it was granted, and of the machine only what its {@link
 * io.edgebeat.api.task.HostProfile} shows. Nothing here asks the real machine for anything, so
 * equal requests get equal answers. Used by the guest's thread alone, but for {@link #fileBytes}.
 */
final class WasiHost {
  /** The name a guest finds in front of its arguments. */
  static final String PROGRAM_NAME = "workload";

  private static final int MOST_SUBSCRIPTIONS = 1_024;
  private static final int SUBSCRIPTION_BYTES = 48;
  private static final int EVENT_BYTES = 32;
  private static final int EVENT_CLOCK = 0;
  private static final int EVENT_FD_WRITE = 2;
  private static final int ABSOLUTE = 1;
  private static final int LAST_CLOCK = 3;

  final List<byte[]> args;
  final List<byte[]> env;
  final StreamFunctions streams;
  final FileFunctions files;

  private final HostControl control;
  private final Optional<Instant> clock;
  private final @Nullable RandomStream random;
  final Descriptors descriptors;
  final MemoryFiles memoryFiles;

  WasiHost(
      ExecutionRequest request,
      HostControl control,
      Counters counters,
      ExecutionLog log,
      InputStream input,
      int messageBytes,
      FileCeiling ceiling) {
    this.control = control;
    this.clock = request.hostProfile().clock();
    this.random = request.hostProfile().randomSeed().map(RandomStream::new).orElse(null);
    this.streams = new StreamFunctions(request, control, counters, log, input, messageBytes);
    FileQuota quota = FileQuota.of(request.limits().memoryBytes());
    this.memoryFiles = new MemoryFiles(quota, ceiling, control, nanos(clock));
    this.descriptors = new Descriptors(memoryFiles, ceiling);
    this.files =
        new FileFunctions(
            descriptors,
            new FileCalls(memoryFiles, descriptors),
            new PathCalls(memoryFiles, descriptors),
            streams,
            quota);
    List<String> words = new ArrayList<>();
    words.add(PROGRAM_NAME);
    if (request.workload().entry().isEmpty()) {
      words.addAll(request.workload().arguments());
    }
    this.args = zeroEnded(words);
    this.env =
        zeroEnded(
            request.hostProfile().environment().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList());
  }

  private static List<byte[]> zeroEnded(Collection<String> texts) {
    return texts.stream().map(text -> (text + '\0').getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** Nanoseconds since 1970; empty without a clock, or when they do not fit. */
  private static OptionalLong nanos(Optional<Instant> clock) {
    try {
      return clock.isEmpty() || clock.get().isBefore(Instant.EPOCH)
          ? OptionalLong.empty()
          : OptionalLong.of(ChronoUnit.NANOS.between(Instant.EPOCH, clock.get()));
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  /** What answers an import; the import must be known. */
  WasmEngine.HostCall call(ModuleShape.ImportedFunction wanted) {
    HostFunctions.HostFunction function = HostFunctions.find(wanted.module(), wanted.name());
    if (function == null) {
      throw new IllegalStateException("unknown import " + wanted.fullName());
    }
    HostFunctions.Body body = function.body();
    Word word = function.wordOf(wanted.shape());
    return (memory, arguments) -> {
      control.gate();
      control.pay(Work.CALL, 1);
      try {
        return body.call(
            this, new PaidMemory(memory, control, word), function.plain(arguments, word));
      } catch (Fault e) {
        return Errno.FAULT;
      } catch (WasiError e) {
        return e.errno();
      } catch (InterruptedException e) {
        throw new GuestEnd.Stop("stopped while it waited for its host");
      } catch (GuestEnd e) {
        throw e;
      } catch (RuntimeException e) {
        throw new GuestEnd.HostFailure(e);
      }
    };
  }

  /** What the guest has written to its output. */
  byte[] output() {
    return streams.output();
  }

  /** Adds to the output what the guest has not written itself. */
  void appendOutput(byte[] bytes) {
    streams.appendOutput(bytes);
  }

  /** What the guest's files take; for any thread. */
  long fileBytes() {
    return memoryFiles.bytes();
  }

  /**
   * Everything of the guest that lies outside of its own memory, as bytes of one spelling: files,
   * descriptors, its place in the input and in the random bytes, its output, and messages of which
   * it has read a part. Not the log. For a guest that does not run.
   */
  byte[] state() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(random == null ? -1 : random.position());
      streams.write(out);
      out.write(FileImage.write(memoryFiles, descriptors));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Takes up the state of a guest with an equal request, before the first call.
   *
   * @throws EdgeBeatException {@code BAD_WORKLOAD} when it is no state, or not that of such a guest
   */
  void restore(byte[] state) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      long randomPosition = in.readLong();
      if (randomPosition < -1 || (random == null) != (randomPosition == -1)) {
        throw new IOException("a place " + randomPosition + " in the random bytes");
      }
      if (random != null) {
        random.position(randomPosition);
      }
      streams.read(in);
      FileImage.restore(in.readAllBytes(), memoryFiles, descriptors);
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.BAD_WORKLOAD,
          RetryAdvice.NEVER,
          "bad state of a guest: " + (e.getMessage() == null ? "it is cut off" : e.getMessage()),
          e);
    }
    for (String capability : descriptors.capabilities()) {
      if (!streams.isGranted(capability)) {
        throw new EdgeBeatException(
            ErrorCode.BAD_WORKLOAD,
            "the guest holds the capability " + capability + ", not granted");
      }
    }
  }

  void sizes(PaidMemory memory, List<byte[]> list, long count, long bytes) throws Fault {
    memory.checkWord(bytes);
    memory.writeWord(count, list.size());
    memory.writeWord(bytes, list.stream().mapToInt(text -> text.length).sum());
  }

  void strings(PaidMemory memory, List<byte[]> list, long pointers, long bytes) throws Fault {
    memory.check(pointers, (long) memory.wordBytes() * list.size());
    long pointer = pointers;
    long at = bytes;
    for (byte[] text : list) {
      memory.write(at, text, 0, text.length);
      memory.writeWord(pointer, at);
      at += text.length;
      pointer += memory.wordBytes();
    }
  }

  private static void checkClock(int id) throws WasiError {
    if (id < 0 || id > LAST_CLOCK) {
      throw new WasiError(Errno.INVAL);
    }
  }

  void clockResolution(PaidMemory memory, int id, long result) throws Fault, WasiError {
    checkClock(id);
    if (clock.isEmpty()) {
      throw new WasiError(Errno.NOTSUP);
    }
    memory.writeLong(result, 1);
  }

  /** Every clock shows the instant of the host profile and stands still. */
  void clockTime(PaidMemory memory, int id, long result) throws Fault, WasiError {
    checkClock(id);
    if (clock.isEmpty()) {
      throw new WasiError(Errno.NOTSUP);
    }
    OptionalLong nanos = nanos(clock);
    if (nanos.isEmpty()) {
      throw new WasiError(Errno.OVERFLOW);
    }
    memory.writeLong(result, nanos.getAsLong());
  }

  void random(PaidMemory memory, long address, long count) throws Fault, WasiError {
    if (random == null) {
      throw new WasiError(Errno.NOTSUP);
    }
    memory.check(address, count);
    for (long done = 0; done < count; ) {
      control.gate();
      byte[] bytes = new byte[(int) Math.min(StreamFunctions.CHUNK, count - done)];
      control.pay(Work.RANDOM_BYTE, bytes.length);
      random.fill(bytes);
      memory.write(address + done, bytes, 0, bytes.length);
      done += bytes.length;
    }
  }

  /**
   * Nothing is waited for. A clock that is granted stands still, so a sleep takes no time and is
   * over at once; without a clock there is no sleeping and the call fails. Descriptors are always
   * ready: it is the read that waits.
   */
  void poll(PaidMemory memory, long in, long out, long count, long result) throws Fault, WasiError {
    if (count == 0 || count > MOST_SUBSCRIPTIONS) {
      throw new WasiError(Errno.INVAL);
    }
    memory.check(in, count * SUBSCRIPTION_BYTES);
    memory.check(out, count * EVENT_BYTES);
    memory.checkWord(result);
    for (int i = 0; i < count; i++) {
      int type = memory.read(in + (long) i * SUBSCRIPTION_BYTES + 8, 1)[0];
      if (type < EVENT_CLOCK || type > EVENT_FD_WRITE) {
        throw new WasiError(Errno.INVAL);
      }
      if (type == EVENT_CLOCK && clock.isEmpty()) {
        throw new WasiError(Errno.NOTSUP);
      }
    }
    for (int i = 0; i < count; i++) {
      event(memory, in + (long) i * SUBSCRIPTION_BYTES, out + (long) i * EVENT_BYTES);
    }
    memory.writeWord(result, count);
  }

  private void event(PaidMemory memory, long from, long to) throws Fault {
    long userData = memory.readLong(from);
    int type = memory.read(from + 8, 1)[0];
    int errno = Errno.SUCCESS;
    long ready = 0;
    try {
      if (type == EVENT_CLOCK) {
        checkClock(memory.readInt(from + 16));
        if ((memory.readInt(from + 40) & 0xffff & ~ABSOLUTE) != 0) {
          errno = Errno.INVAL;
        }
      } else {
        ready = descriptors.ready(memory.readInt(from + 16), type == EVENT_FD_WRITE);
      }
    } catch (WasiError e) {
      errno = e.errno();
    }
    memory.write(to, new byte[EVENT_BYTES], 0, EVENT_BYTES);
    memory.writeLong(to, userData);
    memory.writeShort(to + 8, errno);
    memory.writeByte(to + 10, type);
    memory.writeLong(to + 16, ready);
  }
}
