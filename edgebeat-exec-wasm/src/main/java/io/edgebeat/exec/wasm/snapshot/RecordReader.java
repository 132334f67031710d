package io.edgebeat.exec.wasm.snapshot;

import static io.edgebeat.exec.wasm.snapshot.SnapshotReader.bad;
import static io.edgebeat.exec.wasm.snapshot.SnapshotReader.tooLarge;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the record of a snapshot, and puts the groups of its memory where they belong. */
final class RecordReader {
  private static final int MOST_TEXT = 1 << 20;

  private final ByteBuffer in;
  private final SnapshotReader.Limits limits;
  private final List<byte[]> parts;
  private BitSet groups = new BitSet();

  RecordReader(byte[] record, SnapshotReader.Limits limits, List<byte[]> parts) {
    this.in = ByteBuffer.wrap(record);
    this.limits = limits;
    this.parts = parts;
  }

  /** Which groups of the memory were given. */
  BitSet groups() {
    return groups;
  }

  Snapshot read() {
    try {
      ContentId module = ContentId.parse(text());
      Bytes32 imageHash = hash();
      int costs = in.getInt();
      ExecutionLimits granted = limits();
      HostProfile profile = profile();
      long fuelUsed = in.getLong();
      require(
          fuelUsed >= 0 && fuelUsed <= granted.fuel(),
          fuelUsed + " units of fuel of " + granted.fuel() + " are used");
      MachineState machine = machine(granted);
      byte[] host = new byte[count(in.getInt(), 1)];
      in.get(host);
      require(!in.hasRemaining(), in.remaining() + " bytes follow its record");
      return new Snapshot(module, imageHash, costs, granted, profile, fuelUsed, machine, host);
    } catch (BufferUnderflowException e) {
      throw bad("its record is cut off");
    } catch (DateTimeException | ArithmeticException e) {
      throw bad("a time is none: " + e.getMessage());
    } catch (EdgeBeatException e) {
      if (e.code() == ErrorCode.INVALID_ARGUMENT) {
        throw bad(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private ExecutionLimits limits() {
    long memory = in.getLong();
    long seconds = in.getLong();
    Duration wallTime = Duration.ofSeconds(seconds, nanos());
    return new ExecutionLimits(memory, wallTime, in.getLong(), in.getLong(), in.getLong());
  }

  private HostProfile profile() {
    Optional<Instant> clock = Optional.empty();
    if (bool()) {
      long seconds = in.getLong();
      clock = Optional.of(Instant.ofEpochSecond(seconds, nanos()));
    }
    Optional<Bytes32> seed = bool() ? Optional.of(hash()) : Optional.empty();
    Map<String, String> environment = new TreeMap<>();
    for (int i = count(in.getInt(), 8); i > 0; i--) {
      String name = text();
      require(environment.put(name, text()) == null, "the variable " + name + " stands twice");
    }
    return new HostProfile(clock, seed, environment);
  }

  private MachineState machine(ExecutionLimits granted) {
    int pages = in.getInt();
    long bytes = (long) pages * MachineState.PAGE_BYTES;
    if (bytes > limits.memoryBytes()) {
      throw tooLarge("a memory of " + bytes + " bytes", limits.memoryBytes());
    }
    require(
        pages >= 0 && bytes <= granted.memoryBytes(),
        "a memory of " + bytes + " bytes, of which " + granted.memoryBytes() + " were allowed");
    groups = set("group");
    byte[] memory = memory((int) bytes);
    List<MachineState.Global> globals = globals();
    List<MachineState.Table> tables = tables();
    return new MachineState(
        pages, memory, globals, tables, set("data segment"), set("element segment"));
  }

  private byte[] memory(int size) {
    require(
        groups.cardinality() == parts.size(),
        groups.cardinality() + " groups of memory are named, " + parts.size() + " are there");
    long end = ((long) size + SnapshotWriter.GROUP_BYTES - 1) / SnapshotWriter.GROUP_BYTES;
    require(groups.length() <= end, "group " + (groups.length() - 1) + " lies behind the memory");
    byte[] memory = new byte[size];
    int part = 0;
    for (int group = groups.nextSetBit(0); group >= 0; group = groups.nextSetBit(group + 1)) {
      byte[] bytes = parts.get(part);
      parts.set(part++, new byte[0]); // not two of each at once
      int from = group * SnapshotWriter.GROUP_BYTES;
      int count = Math.min(SnapshotWriter.GROUP_BYTES, size - from);
      require(
          SnapshotWriter.isZero(bytes, count, bytes.length - count),
          "bytes lie behind the end of the memory");
      require(!SnapshotWriter.isZero(bytes, 0, count), "group " + group + " is zero and is there");
      System.arraycopy(bytes, 0, memory, from, count);
    }
    return memory;
  }

  private List<MachineState.Global> globals() {
    List<MachineState.Global> globals = new ArrayList<>();
    int last = -1;
    for (int i = count(in.getInt(), 9); i > 0; i--) {
      int index = in.getInt();
      require(index > last, "global " + Integer.toUnsignedString(index) + " is out of order");
      last = index;
      int type = in.get();
      long bits =
          switch (type) {
            case MachineState.I64, MachineState.F64 -> in.getLong();
            case MachineState.I32, MachineState.F32 -> in.getInt() & 0xffff_ffffL;
            case MachineState.FUNCREF -> in.getInt();
            case MachineState.EXTERNREF -> in.getInt();
            default -> throw bad("global " + index + " is of the unknown type " + type);
          };
      globals.add(new MachineState.Global(index, type, bits));
    }
    return globals;
  }

  private List<MachineState.Table> tables() {
    List<MachineState.Table> tables = new ArrayList<>();
    int count = count(in.getInt(), 9);
    long entries = 0;
    for (int i = 0; i < count; i++) {
      int type = in.get();
      int size = in.getInt();
      require(size >= 0, "table " + i + " has " + Integer.toUnsignedString(size) + " entries");
      entries += size;
      if (entries > limits.tableEntries()) {
        throw tooLarge("tables of " + entries + " entries", limits.tableEntries());
      }
      int[] functions = new int[size];
      Arrays.fill(functions, MachineState.NULL);
      for (int k = count(in.getInt(), 8); k > 0; k--) {
        int index = in.getInt();
        require(
            index >= 0 && index < size,
            "entry " + Integer.toUnsignedString(index) + " of table " + i + " of " + size);
        functions[index] = in.getInt();
      }
      tables.add(new MachineState.Table(type, functions));
    }
    return tables;
  }

  private BitSet set(String what) {
    BitSet set = new BitSet();
    int last = -1;
    for (int i = count(in.getInt(), 4); i > 0; i--) {
      int index = in.getInt();
      require(
          index > last && index <= 1 << 20,
          what + " " + Integer.toUnsignedString(index) + " is out of order");
      last = index;
      set.set(index);
    }
    return set;
  }

  private int nanos() {
    int nanos = in.getInt();
    require(nanos >= 0 && nanos < 1_000_000_000, nanos + " nanoseconds");
    return nanos;
  }

  private Bytes32 hash() {
    byte[] bytes = new byte[32];
    in.get(bytes);
    return Bytes32.of(bytes);
  }

  private boolean bool() {
    int value = in.get();
    require(value == 0 || value == 1, value + " is neither yes nor no");
    return value == 1;
  }

  private String text() {
    int size = count(in.getInt(), 1);
    require(size <= MOST_TEXT, "a text of " + size + " bytes");
    byte[] bytes = new byte[size];
    in.get(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw bad("a text is no UTF-8");
    }
  }

  /** A number of things that take so many bytes each at least. */
  private int count(int wanted, int bytes) {
    require(
        wanted >= 0 && wanted <= in.remaining() / bytes,
        Integer.toUnsignedString(wanted) + " things where " + in.remaining() + " bytes are left");
    return wanted;
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw bad(otherwise);
    }
  }
}
