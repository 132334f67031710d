package io.edgebeat.exec.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.exec.wasm.GuestEnd.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one guest meets when it calls its host: input, output, log, the streams of the capabilities
 * it was granted, and of the machine only what its {@link io.edgebeat.api.task.HostProfile} shows.
 * Nothing here asks the real machine for anything, so equal requests get equal answers. Used by the
 * guest's thread alone.
 */
final class WasiHost {
  /** The name a guest finds in front of its arguments. */
  static final String PROGRAM_NAME = "workload";

  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int FIRST_STREAM = 3;

  private static final int CHUNK = 64 << 10;
  private static final int MOST_BUFFERS = 1_024;
  private static final int MOST_SUBSCRIPTIONS = 1_024;
  private static final int MOST_NAME = 1_024;

  private static final int SUBSCRIPTION_BYTES = 48;
  private static final int EVENT_BYTES = 32;
  private static final int EVENT_CLOCK = 0;
  private static final int EVENT_FD_WRITE = 2;

  private static final long RIGHT_READ = 1L << 1;
  private static final long RIGHT_WRITE = 1L << 6;

  final List<byte[]> args;
  final List<byte[]> env;

  private final ExecutionRequest request;
  private final HostControl control;
  private final Counters counters;
  private final ExecutionLog log;
  private final InputStream input;
  private final int messageBytes;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream(256);
  private final @Nullable RandomStream random;
  private final boolean[] standardOpen = {true, true, true};
  private final List<@Nullable Stream> streams = new ArrayList<>();
  private final Map<String, Stream> byName = new HashMap<>();

  /** A capability the guest has opened. */
  private static final class Stream {
    final String name;
    final CapabilitySession session;
    byte[] message = new byte[0];
    int taken;
    boolean ended;

    Stream(String name, CapabilitySession session) {
      this.name = name;
      this.session = session;
    }
  }

  private record Buffer(long address, int size) {}

  WasiHost(
      ExecutionRequest request,
      HostControl control,
      Counters counters,
      ExecutionLog log,
      InputStream input,
      int messageBytes) {
    this.request = request;
    this.control = control;
    this.counters = counters;
    this.log = log;
    this.input = input;
    this.messageBytes = messageBytes;
    this.random = request.hostProfile().randomSeed().map(RandomStream::new).orElse(null);
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

  /** What answers an import; the import must be known. */
  WasmEngine.HostCall call(ModuleShape.ImportedFunction wanted) {
    HostFunctions.HostFunction function = HostFunctions.find(wanted.module(), wanted.name());
    if (function == null) {
      throw new IllegalStateException("unknown import " + wanted.fullName());
    }
    HostFunctions.Body body = function.body();
    return (memory, arguments) -> {
      control.gate();
      try {
        return body.call(this, memory, arguments);
      } catch (Fault e) {
        return Errno.FAULT;
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
    return output.toByteArray();
  }

  /** Adds to the output what the guest has not written itself. */
  void appendOutput(byte[] bytes) {
    reserveOutput(bytes.length);
    output.writeBytes(bytes);
    counters.out(bytes.length);
  }

  boolean isOpen(int fd) {
    if (fd >= 0 && fd < FIRST_STREAM) {
      return standardOpen[fd];
    }
    return stream(fd) != null;
  }

  private @Nullable Stream stream(int fd) {
    int at = fd - FIRST_STREAM;
    return at >= 0 && at < streams.size() ? streams.get(at) : null;
  }

  long sizes(GuestMemory memory, List<byte[]> list, long count, long bytes) throws Fault {
    memory.writeInt(count, list.size());
    memory.writeInt(bytes, list.stream().mapToInt(text -> text.length).sum());
    return Errno.SUCCESS;
  }

  long strings(GuestMemory memory, List<byte[]> list, long pointers, long bytes) throws Fault {
    long pointer = pointers;
    long at = bytes;
    for (byte[] text : list) {
      memory.write(at, text, 0, text.length);
      memory.writeInt(pointer, (int) at);
      at += text.length;
      pointer += 4;
    }
    return Errno.SUCCESS;
  }

  long clockResolution(GuestMemory memory, int clock, long result) throws Fault {
    if (clock < 0 || clock > 3) {
      return Errno.INVAL;
    }
    if (request.hostProfile().clock().isEmpty()) {
      return Errno.NOTSUP;
    }
    memory.writeLong(result, 1);
    return Errno.SUCCESS;
  }

  /** Every clock shows the instant of the host profile and stands still. */
  long clockTime(GuestMemory memory, int clock, long result) throws Fault {
    if (clock < 0 || clock > 3) {
      return Errno.INVAL;
    }
    Optional<Instant> instant = request.hostProfile().clock();
    if (instant.isEmpty()) {
      return Errno.NOTSUP;
    }
    long nanos;
    try {
      nanos = ChronoUnit.NANOS.between(Instant.EPOCH, instant.get());
    } catch (ArithmeticException e) {
      return Errno.OVERFLOW;
    }
    if (nanos < 0) {
      return Errno.OVERFLOW;
    }
    memory.writeLong(result, nanos);
    return Errno.SUCCESS;
  }

  long random(GuestMemory memory, long address, long count) throws Fault {
    if (random == null) {
      return Errno.NOTSUP;
    }
    memory.check(address, count);
    for (long done = 0; done < count; ) {
      control.gate();
      byte[] bytes = new byte[(int) Math.min(CHUNK, count - done)];
      random.fill(bytes);
      memory.write(address + done, bytes, 0, bytes.length);
      done += bytes.length;
    }
    return Errno.SUCCESS;
  }

  /**
   * Nothing is waited for. A clock that is granted stands still, so a sleep takes no time and is
   * over at once; without a clock there is no sleeping and the call fails. Descriptors are always
   * ready: it is the read that waits.
   */
  long poll(GuestMemory memory, long in, long out, long wanted, long result) throws Fault {
    long count = wanted & 0xffff_ffffL;
    if (count == 0 || count > MOST_SUBSCRIPTIONS) {
      return Errno.INVAL;
    }
    memory.check(in, count * SUBSCRIPTION_BYTES);
    memory.check(out, count * EVENT_BYTES);
    for (int i = 0; i < count; i++) {
      int type = memory.read(in + (long) i * SUBSCRIPTION_BYTES + 8, 1)[0];
      if (type < EVENT_CLOCK || type > EVENT_FD_WRITE) {
        return Errno.INVAL;
      }
      if (type == EVENT_CLOCK && request.hostProfile().clock().isEmpty()) {
        return Errno.NOTSUP;
      }
    }
    for (int i = 0; i < count; i++) {
      long from = in + (long) i * SUBSCRIPTION_BYTES;
      long to = out + (long) i * EVENT_BYTES;
      long userData = memory.readLong(from);
      int type = memory.read(from + 8, 1)[0];
      int fd = memory.readInt(from + 16);
      boolean ready = type == EVENT_CLOCK || isOpen(fd);
      memory.write(to, new byte[EVENT_BYTES], 0, EVENT_BYTES);
      memory.writeLong(to, userData);
      memory.writeShort(to + 8, ready ? Errno.SUCCESS : Errno.BADF);
      memory.writeByte(to + 10, type);
      memory.writeLong(to + 16, type != EVENT_CLOCK && ready ? 1 : 0);
    }
    memory.writeInt(result & 0xffff_ffffL, (int) count);
    return Errno.SUCCESS;
  }

  long status(GuestMemory memory, int fd, long result) throws Fault {
    if (!isOpen(fd)) {
      return Errno.BADF;
    }
    memory.write(result, new byte[24], 0, 24);
    memory.writeLong(
        result + 8,
        switch (fd) {
          case STDIN -> RIGHT_READ;
          case STDOUT, STDERR -> RIGHT_WRITE;
          default -> RIGHT_READ | RIGHT_WRITE;
        });
    return Errno.SUCCESS;
  }

  long fileStatus(GuestMemory memory, int fd, long result) throws Fault {
    if (!isOpen(fd)) {
      return Errno.BADF;
    }
    memory.write(result, new byte[64], 0, 64);
    return Errno.SUCCESS;
  }

  long close(int fd) {
    if (!isOpen(fd)) {
      return Errno.BADF;
    }
    if (fd < FIRST_STREAM) {
      standardOpen[fd] = false;
    } else {
      streams.set(fd - FIRST_STREAM, null);
    }
    return Errno.SUCCESS;
  }

  /**
   * Opens the stream of a granted capability; opening one that is open gives the same descriptor.
   * After it was closed it goes on where it was, because there is one session for the whole task.
   */
  long openStream(GuestMemory memory, long address, long length) {
    String name;
    try {
      memory.check(address, length);
      if (length > MOST_NAME) {
        return -Errno.NOTCAPABLE;
      }
      name = new String(memory.read(address, (int) length), StandardCharsets.UTF_8);
    } catch (Fault e) {
      return -Errno.FAULT;
    }
    CapabilitySession session = request.capabilities().get(name);
    if (session == null) {
      return -Errno.NOTCAPABLE;
    }
    Stream stream = byName.computeIfAbsent(name, key -> new Stream(key, session));
    int at = streams.indexOf(stream);
    if (at < 0) {
      at = streams.indexOf(null);
      if (at >= 0) {
        streams.set(at, stream);
      } else {
        at = streams.size();
        streams.add(stream);
      }
    }
    return (long) FIRST_STREAM + at;
  }

  /** The buffers of a call, each checked; null when there are too many. */
  private static @Nullable List<Buffer> buffers(GuestMemory memory, long address, long wanted)
      throws Fault {
    long count = wanted & 0xffff_ffffL;
    if (count > MOST_BUFFERS) {
      return null;
    }
    memory.check(address, count * 8);
    List<Buffer> buffers = new ArrayList<>((int) count);
    long total = 0;
    for (int i = 0; i < count; i++) {
      long start = memory.readInt(address + 8L * i) & 0xffff_ffffL;
      long size = memory.readInt(address + 8L * i + 4) & 0xffff_ffffL;
      memory.check(start, size);
      total += size;
      if (total > Integer.MAX_VALUE) {
        return null;
      }
      buffers.add(new Buffer(start, (int) size));
    }
    return buffers;
  }

  long read(GuestMemory memory, int fd, long address, long count, long result)
      throws Fault, InterruptedException {
    Stream stream = stream(fd);
    if (stream == null && (fd != STDIN || !standardOpen[STDIN])) {
      return Errno.BADF;
    }
    List<Buffer> buffers = buffers(memory, address, count);
    if (buffers == null) {
      return Errno.INVAL;
    }
    memory.check(result, 4);
    int done = stream == null ? readInput(memory, buffers) : readMessage(memory, stream, buffers);
    memory.writeInt(result, done);
    return Errno.SUCCESS;
  }

  private int readInput(GuestMemory memory, List<Buffer> buffers) throws Fault {
    int done = 0;
    for (Buffer buffer : buffers) {
      for (int at = 0; at < buffer.size(); ) {
        control.gate();
        int wanted = Math.min(CHUNK, buffer.size() - at);
        byte[] bytes;
        try {
          // As many as there are: a short read would depend on how the content is stored.
          bytes = input.readNBytes(wanted);
        } catch (IOException e) {
          throw new EdgeBeatException(
              ErrorCode.STORAGE_FAILED,
              RetryAdvice.SAME_CALL,
              "the input cannot be read: " + e.getMessage(),
              e);
        }
        memory.write(buffer.address() + at, bytes, 0, bytes.length);
        counters.in(bytes.length);
        done += bytes.length;
        at += bytes.length;
        if (bytes.length < wanted) {
          return done;
        }
      }
    }
    return done;
  }

  private int readMessage(GuestMemory memory, Stream stream, List<Buffer> buffers)
      throws Fault, InterruptedException {
    if (buffers.stream().allMatch(buffer -> buffer.size() == 0)) {
      return 0;
    }
    while (stream.taken == stream.message.length) {
      if (stream.ended || control.isDraining()) {
        return 0;
      }
      Optional<Blob> message;
      control.beginWait();
      try {
        meter(stream);
        message = stream.session.read();
      } catch (InterruptedException e) {
        if (!control.isDraining()) {
          throw e;
        }
        message = Optional.empty();
      } finally {
        control.endWait();
      }
      if (message.isEmpty()) {
        stream.ended = true;
      } else {
        // A message without bytes would look like the end, so the next one is taken.
        stream.message = message.get().toBytes();
        stream.taken = 0;
        counters.in(stream.message.length);
        counters.message(stream.name);
      }
      control.gate();
    }
    int done = 0;
    for (Buffer buffer : buffers) {
      int part = Math.min(buffer.size(), stream.message.length - stream.taken);
      memory.write(buffer.address(), stream.message, stream.taken, part);
      stream.taken += part;
      done += part;
    }
    return done;
  }

  private void meter(Stream stream) throws InterruptedException {
    StackReserve.ensure();
    request.meter().use(stream.name, request.unitsPerMessage().getOrDefault(stream.name, 0L));
    control.gate();
  }

  long write(GuestMemory memory, int fd, long address, long count, long result)
      throws Fault, InterruptedException {
    Stream stream = stream(fd);
    if (stream == null && ((fd != STDOUT && fd != STDERR) || !standardOpen[fd])) {
      return Errno.BADF;
    }
    List<Buffer> buffers = buffers(memory, address, count);
    if (buffers == null) {
      return Errno.INVAL;
    }
    memory.check(result, 4);
    int total = buffers.stream().mapToInt(Buffer::size).sum();
    if (stream != null) {
      int errno = writeMessage(memory, stream, buffers, total);
      if (errno != Errno.SUCCESS) {
        return errno;
      }
    } else if (fd == STDOUT) {
      reserveOutput(total);
      for (Buffer buffer : buffers) {
        output.writeBytes(memory.read(buffer.address(), buffer.size()));
      }
      counters.out(total);
    } else {
      for (Buffer buffer : buffers) {
        control.gate();
        int kept = Math.min(buffer.size(), ExecutionLog.CAPACITY);
        log.write(memory.read(buffer.address() + buffer.size() - kept, kept));
      }
    }
    memory.writeInt(result, total);
    return Errno.SUCCESS;
  }

  private void reserveOutput(int more) {
    long limit = request.limits().outputBytes();
    if ((long) output.size() + more > limit) {
      throw new GuestEnd.Trap("output larger than its limit of " + limit + " bytes");
    }
  }

  private int writeMessage(GuestMemory memory, Stream stream, List<Buffer> buffers, int total)
      throws Fault, InterruptedException {
    if (total > messageBytes) {
      return Errno.MSGSIZE;
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream(total);
    for (Buffer buffer : buffers) {
      message.writeBytes(memory.read(buffer.address(), buffer.size()));
    }
    control.beginWait();
    try {
      meter(stream);
      stream.session.write(Blob.of(message.toByteArray()));
    } catch (InterruptedException e) {
      if (!control.isDraining()) {
        throw e;
      }
      return Errno.IO;
    } catch (EdgeBeatException e) {
      return e.code() == ErrorCode.UNSUPPORTED ? Errno.NOTSUP : Errno.IO;
    } finally {
      control.endWait();
    }
    counters.out(total);
    counters.message(stream.name);
    return Errno.SUCCESS;
  }
}
