package io.edgebeat.exec.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.Descriptor.HostStream;
import io.edgebeat.exec.wasm.wasi.Errno;
import io.edgebeat.exec.wasm.wasi.WasiError;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a guest reads from outside and writes to it: input, output, log, messages. */
final class StreamFunctions {
  static final int CHUNK = 64 << 10;

  private final ExecutionRequest request;
  private final HostControl control;
  private Counters counters;
  private ExecutionLog log;
  private InputStream input;
  private final int messageBytes;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream(256);
  private final Map<String, Messages> capabilities = new TreeMap<>();
  private long inputTaken;

  /** What of a capability's messages the guest has not taken yet. */
  private static final class Messages {
    final String name;
    final CapabilitySession session;
    byte[] message = new byte[0];
    int taken;
    boolean ended;

    Messages(String name, CapabilitySession session) {
      this.name = name;
      this.session = session;
    }
  }

  StreamFunctions(
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
  }

  /** The next call of a process begins, with an input and an output of its own. */
  void begin(Counters nextCounters, ExecutionLog nextLog, InputStream nextInput) {
    counters = nextCounters;
    log = nextLog;
    input = nextInput;
    end();
  }

  /** It is over: what was not read and what was written are no part of what comes next. */
  void end() {
    inputTaken = 0;
    output.reset();
  }

  /** What the guest has written to its output. */
  byte[] output() {
    return output.toByteArray();
  }

  /** Adds to the output what the guest has not written itself. */
  void appendOutput(byte[] bytes) {
    reserveOutput(bytes.length);
    output.writeBytes(bytes);
    log.writeOutput(bytes);
    counters.out(bytes.length);
  }

  private void reserveOutput(int more) {
    long limit = request.limits().outputBytes();
    if ((long) output.size() + more > limit) {
      throw new GuestEnd.Trap("output larger than its limit of " + limit + " bytes");
    }
  }

  /** Writes down what a guest that goes on elsewhere must find: places, output, rests. */
  void write(DataOutputStream out) throws IOException {
    out.writeLong(inputTaken);
    out.writeInt(output.size());
    output.writeTo(out);
    out.writeInt(capabilities.size());
    for (Messages messages : capabilities.values()) {
      byte[] name = messages.name.getBytes(StandardCharsets.UTF_8);
      out.writeInt(name.length);
      out.write(name);
      out.writeInt(messages.message.length - messages.taken);
      out.write(messages.message, messages.taken, messages.message.length - messages.taken);
      out.writeBoolean(messages.ended);
    }
  }

  /** Takes up what was written down; the input and the sessions are new ones. */
  void read(DataInputStream in) throws IOException {
    inputTaken = in.readLong();
    if (inputTaken < 0) {
      throw new IOException("a place " + inputTaken + " in the input");
    }
    input.skipNBytes(inputTaken);
    byte[] written = bytes(in);
    reserveOutput(written.length);
    output.writeBytes(written);
    log.write(TaskStream.OUTPUT, written.length, new byte[0]); // it was told where it was written
    int count = in.readInt();
    String last = "";
    for (int i = 0; i < count; i++) {
      String name = new String(bytes(in), StandardCharsets.UTF_8);
      CapabilitySession session = request.capabilities().get(name);
      if (session == null || (i > 0 && name.compareTo(last) <= 0)) {
        throw new IOException("messages of \"" + name + "\", which is not granted or out of order");
      }
      last = name;
      Messages messages = new Messages(name, session);
      messages.message = bytes(in);
      messages.ended = in.readBoolean();
      capabilities.put(name, messages);
    }
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > in.available()) {
      throw new IOException(size + " bytes, where " + in.available() + " are left");
    }
    return in.readNBytes(size);
  }

  boolean isGranted(String capability) {
    return request.capabilities().containsKey(capability);
  }

  /** Reads into the buffers, and says how many bytes; 0 at the end. */
  int read(HostStream stream, Buffers buffers) throws Fault, InterruptedException {
    return stream.kind() == HostStream.Kind.CAPABILITY
        ? readMessage(messages(stream.name()), buffers)
        : readInput(buffers);
  }

  /** Writes all of the buffers. */
  void write(HostStream stream, Buffers buffers) throws Fault, WasiError, InterruptedException {
    switch (stream.kind()) {
      case CAPABILITY -> writeMessage(messages(stream.name()), buffers);
      case LOG -> writeLog(buffers);
      default -> {
        reserveOutput(buffers.total());
        writeParts(buffers);
        counters.out(buffers.total());
      }
    }
  }

  private void writeParts(Buffers buffers) throws Fault {
    byte[] part = new byte[Math.min(CHUNK, buffers.total())];
    for (int done = 0; done < buffers.total(); ) {
      int count = Math.min(part.length, buffers.total() - done);
      buffers.take(part, 0, count);
      output.write(part, 0, count);
      log.writeOutput(count == part.length ? part : Arrays.copyOf(part, count));
      done += count;
    }
  }

  private void writeLog(Buffers buffers) throws Fault {
    int kept = Math.min(buffers.total(), ExecutionLog.CAPACITY);
    buffers.skip(buffers.total() - kept);
    byte[] bytes = new byte[kept];
    buffers.take(bytes, 0, kept);
    log.write(bytes);
  }

  private int readInput(Buffers buffers) throws Fault {
    int done = 0;
    while (done < buffers.total()) {
      control.gate();
      int wanted = Math.min(CHUNK, buffers.total() - done);
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
      inputTaken += bytes.length;
      buffers.put(bytes, 0, bytes.length);
      counters.in(bytes.length);
      done += bytes.length;
      if (bytes.length < wanted) {
        break;
      }
    }
    return done;
  }

  private Messages messages(String name) {
    Messages known = capabilities.get(name);
    if (known == null) {
      CapabilitySession session = request.capabilities().get(name);
      if (session == null) {
        throw new IllegalStateException("no capability " + name); // only a granted one is opened
      }
      known = new Messages(name, session);
      capabilities.put(name, known);
    }
    return known;
  }

  private int readMessage(Messages from, Buffers buffers) throws Fault, InterruptedException {
    if (buffers.total() == 0) {
      return 0;
    }
    while (from.taken == from.message.length) {
      if (from.ended || control.isDraining()) {
        return 0;
      }
      Optional<Blob> message;
      control.beginWait();
      try {
        meter(from);
        message = from.session.read();
      } catch (InterruptedException e) {
        if (!control.isDraining()) {
          throw e;
        }
        message = Optional.empty();
      } finally {
        control.endWait();
      }
      if (message.isEmpty()) {
        from.ended = true;
      } else {
        // A message without bytes would look like the end, so the next one is taken.
        from.message = message.get().toBytes();
        from.taken = 0;
        counters.in(from.message.length);
        counters.message(from.name);
      }
      control.gate();
    }
    int count = Math.min(buffers.total(), from.message.length - from.taken);
    buffers.put(from.message, from.taken, count);
    from.taken += count;
    return count;
  }

  private void meter(Messages messages) throws InterruptedException {
    StackReserve.ensure();
    request.meter().use(messages.name, request.unitsPerMessage().getOrDefault(messages.name, 0L));
    control.gate();
  }

  private void writeMessage(Messages to, Buffers buffers)
      throws Fault, WasiError, InterruptedException {
    // Before the meter is asked: the buyer counts what reaches him, and disputes more.
    boolean toBuyer = to.name.equals(WorkloadChannel.BUYER);
    int most = toBuyer ? Math.min(messageBytes, TaskChannel.MESSAGE_BYTES) : messageBytes;
    if (buffers.total() > most) {
      throw new WasiError(Errno.MSGSIZE);
    }
    if (toBuyer && buffers.total() == 0) {
      throw new WasiError(Errno.INVAL);
    }
    byte[] message = new byte[buffers.total()];
    buffers.take(message, 0, message.length);
    control.beginWait();
    try {
      meter(to);
      to.session.write(Blob.of(message));
    } catch (InterruptedException e) {
      if (!control.isDraining()) {
        throw e;
      }
      throw new WasiError(Errno.IO);
    } catch (EdgeBeatException e) {
      throw new WasiError(e.code() == ErrorCode.UNSUPPORTED ? Errno.NOTSUP : Errno.IO);
    } finally {
      control.endWait();
    }
    counters.out(message.length);
    counters.message(to.name);
  }
}
