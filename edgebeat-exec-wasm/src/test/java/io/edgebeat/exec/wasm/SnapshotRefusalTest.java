package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.snapshot.MachineState;
import io.edgebeat.exec.wasm.snapshot.MachineState.Global;
import io.edgebeat.exec.wasm.snapshot.MachineState.Table;
import io.edgebeat.exec.wasm.snapshot.Snapshot;
import io.edgebeat.exec.wasm.snapshot.SnapshotReader;
import io.edgebeat.exec.wasm.snapshot.SnapshotWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no snapshot, or none of its module, is refused with the value that is wrong. */
@Timeout(300)
class SnapshotRefusalTest {
  private static final int SPOILT = Boolean.getBoolean("edgebeat.nightly") ? 10_000 : 1_000;
  private static final SnapshotReader.Limits ENOUGH =
      new SnapshotReader.Limits(1 << 30, 1 << 30, 1 << 20);

  private final MemoryContent content = new MemoryContent();
  private WasmProcesses processes;
  private ContentId frozen;

  @BeforeEach
  void freeze() {
    processes = FrozenTwins.processes(WasmMode.COMPILED, content);
    frozen = frozen(4);
  }

  private ContentId frozen(long seed) {
    ContentId module = content.put(StatefulModule.of(seed));
    try (WasmProcess process = processes.open(module, FrozenTwins.LIMITS, FrozenTwins.profile())) {
      assertThat(process.call("s0", "3").outcome()).isInstanceOf(TaskOutcome.Completed.class);
      return process.freeze();
    }
  }

  @AfterEach
  void close() {
    processes.close();
  }

  private Snapshot read(ContentId id) {
    try (ContentReader reader = content.open(id)) {
      return SnapshotReader.read(reader, ENOUGH);
    }
  }

  private void assertRefused(ErrorCode code, String words, ContentId snapshot) {
    assertThatThrownBy(() -> processes.resume(snapshot))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> {
              assertThat(e.getMessage()).contains(words);
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            });
  }

  record Forged(String name, ErrorCode code, String words, UnaryOperator<Snapshot> change) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Snapshot with(Snapshot s, ExecutionLimits limits, long fuelUsed) {
    return new Snapshot(
        s.module(),
        s.imageHash(),
        s.costsVersion(),
        limits,
        s.profile(),
        fuelUsed,
        s.machine(),
        s.host());
  }

  private static Snapshot with(Snapshot s, MachineState machine, byte[] host) {
    return new Snapshot(
        s.module(),
        s.imageHash(),
        s.costsVersion(),
        s.limits(),
        s.profile(),
        s.fuelUsed(),
        machine,
        host);
  }

  private static Snapshot pages(Snapshot s, int pages) {
    MachineState m = s.machine();
    return with(
        s,
        new MachineState(
            pages,
            Arrays.copyOf(m.memory(), pages * MachineState.PAGE_BYTES),
            m.globals(),
            m.tables(),
            m.data(),
            m.elements()),
        s.host());
  }

  private static Snapshot globals(Snapshot s, List<Global> globals) {
    MachineState m = s.machine();
    return with(
        s,
        new MachineState(m.pages(), m.memory(), globals, m.tables(), m.data(), m.elements()),
        s.host());
  }

  private static Snapshot global(Snapshot s, int at, Global global) {
    List<Global> globals = new ArrayList<>(s.machine().globals());
    globals.set(at, global);
    return globals(s, globals);
  }

  private static Snapshot tables(Snapshot s, Table... tables) {
    MachineState m = s.machine();
    return with(
        s,
        new MachineState(
            m.pages(), m.memory(), m.globals(), List.of(tables), m.data(), m.elements()),
        s.host());
  }

  private static Snapshot entry(Snapshot s, int value) {
    int[] entries = s.machine().tables().get(0).entries().clone();
    entries[4] = value;
    return tables(s, new Table(MachineState.FUNCREF, entries));
  }

  private static Snapshot segments(Snapshot s, int data, int elements) {
    MachineState m = s.machine();
    BitSet moreData = (BitSet) m.data().clone();
    BitSet moreElements = (BitSet) m.elements().clone();
    if (data >= 0) {
      moreData.set(data);
    }
    if (elements >= 0) {
      moreElements.set(elements);
    }
    return with(
        s,
        new MachineState(m.pages(), m.memory(), m.globals(), m.tables(), moreData, moreElements),
        s.host());
  }

  private static Forged forged(
      String name, ErrorCode code, String words, UnaryOperator<Snapshot> change) {
    return new Forged(name, code, words, change);
  }

  private static Forged bad(String name, String words, UnaryOperator<Snapshot> change) {
    return new Forged(name, ErrorCode.BAD_WORKLOAD, words, change);
  }

  static Stream<Forged> forged() {
    return Stream.of(
        forged(
            "a module that is nowhere",
            ErrorCode.CONTENT_NOT_FOUND,
            ContentId.ofRaw(new byte[] {1, 2}).toString(),
            s ->
                new Snapshot(
                    ContentId.ofRaw(new byte[] {1, 2}),
                    s.imageHash(),
                    1,
                    s.limits(),
                    s.profile(),
                    0,
                    s.machine(),
                    s.host())),
        bad(
            "another module's hash",
            "is run here as one with hash",
            s ->
                new Snapshot(
                    s.module(),
                    Bytes32.ZERO,
                    1,
                    s.limits(),
                    s.profile(),
                    0,
                    s.machine(),
                    s.host())),
        forged(
            "other prices",
            ErrorCode.UNKNOWN_VERSION,
            "prices of version 7",
            s ->
                new Snapshot(
                    s.module(),
                    s.imageHash(),
                    7,
                    s.limits(),
                    s.profile(),
                    0,
                    s.machine(),
                    s.host())),
        bad(
            "more fuel than there was",
            "6000001 units of fuel of 6000000",
            s -> with(s, s.limits(), 6_000_001)),
        bad("negative fuel", "-1 units of fuel", s -> with(s, s.limits(), -1)),
        forged(
            "limits above the seller's",
            ErrorCode.LIMIT_EXCEEDED,
            "memory of 4294967296 bytes",
            s -> with(s, s.limits().withMemoryBytes(1L << 32), 0)),
        bad(
            "a memory above its limits",
            "a memory of 3276800 bytes, of which 3145728 were allowed",
            s -> pages(s, 50)),
        forged(
            "a memory above the seller's limits",
            ErrorCode.LIMIT_EXCEEDED,
            "a memory of 268500992 bytes; at most 268435456",
            s -> pages(s, 4_097)),
        bad("a memory that shrank", "a memory of 5 pages, which can have 6", s -> pages(s, 5)),
        bad("a memory that grew too far", "which can have 6 to 24", s -> pages(s, 25)),
        bad(
            "a global that is missing",
            "no global 7",
            s -> globals(s, s.machine().globals().subList(0, 6))),
        bad(
            "a constant that changed",
            "no global 7",
            s -> global(s, 6, new Global(6, MachineState.I32, 9))),
        bad(
            "a global that is not there",
            "8 globals, where 7",
            s -> {
              List<Global> more = new ArrayList<>(s.machine().globals());
              more.add(new Global(8, MachineState.I64, 1L << 50));
              return globals(s, more);
            }),
        bad(
            "a global of another type",
            "global 0 of type 126, not 127",
            s -> global(s, 0, new Global(0, MachineState.I64, 9))),
        bad("a global of no type", "of the unknown type 5", s -> global(s, 0, new Global(0, 5, 9))),
        bad(
            "a global that refers to no function",
            "global 4 naming function 99, which is not there",
            s -> global(s, 4, new Global(4, MachineState.FUNCREF, 99))),
        bad(
            "a global that refers to something of a host",
            "global 5, which refers to something of a host",
            s -> global(s, 5, new Global(5, MachineState.EXTERNREF, 3))),
        bad("no table", "0 tables; the module has 1", s -> tables(s)),
        bad(
            "a table of another type",
            "table 0 of type 111, not 112",
            s -> tables(s, new Table(MachineState.EXTERNREF, new int[6]))),
        bad(
            "a table that shrank",
            "table 0 of 5 entries, which can have 6 to 60",
            s -> tables(s, new Table(MachineState.FUNCREF, new int[5]))),
        bad(
            "a table that grew too far",
            "table 0 of 61 entries, which can have 6 to 60",
            s -> tables(s, new Table(MachineState.FUNCREF, new int[61]))),
        forged(
            "a table above the seller's limits",
            ErrorCode.LIMIT_EXCEEDED,
            "tables of 100001 entries; at most 100000",
            s -> tables(s, new Table(MachineState.FUNCREF, new int[100_001]))),
        bad(
            "an entry that names no function",
            "entry 4 of table 0 naming function 999, which is not there",
            s -> entry(s, 999)),
        bad(
            "an entry that names a negative function",
            "naming function 4294967294, which is not there",
            s -> entry(s, -2)),
        bad(
            "an entry that names a function that can be in no table",
            "naming function 0, which the module makes no reference to",
            s -> entry(s, 0)),
        bad(
            "a counter of the host's",
            "8 globals, where 7",
            s -> {
              List<Global> more = new ArrayList<>(s.machine().globals());
              more.add(new Global(9, MachineState.I32, 5));
              return globals(s, more);
            }),
        bad("an active data segment", "data segment 0 that was never", s -> segments(s, 0, -1)),
        bad("a data segment more", "data segment 2 that was never", s -> segments(s, 2, -1)),
        bad("an active elem segment", "element segment 0 that was", s -> segments(s, -1, 0)),
        bad("no host", "bad state of a guest", s -> with(s, s.machine(), new byte[0])),
        bad(
            "the output of another call",
            "the output of a call that is over",
            s -> with(s, s.machine(), hostWithOutput(s.host(), 3))),
        bad(
            "more output than there can be",
            "larger than its limit",
            s -> with(s, s.machine(), hostWithOutput(s.host(), 1 << 21))),
        bad(
            "a place in an input",
            "bad state of a guest",
            s -> {
              byte[] host = s.host().clone();
              host[15] = 1;
              return with(s, s.machine(), host);
            }));
  }

  /** Behind the places in the random bytes and in the input. */
  private static byte[] hostWithOutput(byte[] host, int size) {
    byte[] changed = new byte[host.length + size];
    System.arraycopy(host, 0, changed, 0, 16);
    java.nio.ByteBuffer.wrap(changed).putInt(16, size);
    System.arraycopy(host, 20, changed, 20 + size, host.length - 20);
    return changed;
  }

  @ParameterizedTest
  @MethodSource("forged")
  void isRefused(Forged forged) throws Exception {
    ContentId id =
        content.put(SnapshotWriter.write(forged.change().apply(read(frozen))), Progress.NONE);
    assertRefused(forged.code(), forged.words(), id);
    processes.resume(frozen).close();
  }

  private byte[] bytes() {
    return content.get(frozen).clone();
  }

  @Test
  void whatIsNoSnapshotIsRefused() {
    byte[] whole = bytes();
    assertRefused(ErrorCode.BAD_WORKLOAD, "it has 0 bytes", content.put(new byte[0]));
    assertRefused(ErrorCode.BAD_WORKLOAD, "it ends otherwise", content.put(new byte[500]));
    for (int cut : new int[] {1, 12, 13, 400, whole.length / 2, whole.length - 3}) {
      byte[] less = Arrays.copyOf(whole, whole.length - cut);
      assertRefused(ErrorCode.BAD_WORKLOAD, "bad snapshot", content.put(less));
      byte[] behind = Arrays.copyOfRange(whole, cut, whole.length);
      assertRefused(ErrorCode.BAD_WORKLOAD, "bad snapshot", content.put(behind));
    }
    byte[] next = whole.clone();
    next[whole.length - 5]++;
    assertRefused(ErrorCode.UNKNOWN_VERSION, "version 2; known is 1", content.put(next));
    byte[] damaged = whole.clone();
    damaged[7] ^= 1;
    content.forge(frozen, damaged);
    assertRefused(ErrorCode.CONTENT_MISMATCH, frozen.toString(), frozen);
  }

  @Test
  void aFileAboveTheLimitsIsNotRead() {
    try (WasmProcesses small =
        WasmProcesses.create(
            Bench.threads(),
            () -> java.time.Instant.EPOCH,
            WasmLimits.DEFAULTS.withMemoryBytes(1 << 20).withFiles(1 << 20, 10, 10),
            WasmMode.COMPILED,
            content)) {
      ContentId large = content.put(new byte[(67 << 20) + 1]);
      assertThatThrownBy(() -> small.resume(large))
          .hasMessageContaining("a file of 70254593 bytes; at most 70254592");
    }
  }

  @Test
  void spoiltSnapshotsAreRefusedOrOthers() {
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("SnapshotRefusalTest seed=" + seed);
    Random random = new Random(seed);
    List<byte[]> all = new ArrayList<>();
    for (long s : new long[] {4, 7, 11}) {
      all.add(content.get(frozen(s)).clone());
    }
    int accepted = 0;
    for (int i = 0; i < SPOILT; i++) {
      byte[] spoilt = spoil(all, random);
      ContentId id = content.put(spoilt);
      try (WasmProcess process = processes.resume(id)) {
        accepted++;
        assertThat(process.freeze()).as("seed %d case %d", seed, i).isEqualTo(id);
        assertThat(process.call("s1", "4").outcome())
            .as("seed %d case %d", seed, i)
            .isNotInstanceOf(TaskOutcome.Failed.class);
      } catch (EdgeBeatException e) {
        assertThat(e.code())
            .as("seed %d case %d: %s", seed, i, e)
            .isIn(
                ErrorCode.BAD_WORKLOAD,
                ErrorCode.LIMIT_EXCEEDED,
                ErrorCode.UNKNOWN_VERSION,
                ErrorCode.CONTENT_NOT_FOUND,
                ErrorCode.WORKLOAD_REFUSED);
      }
      content.drop(id);
    }
    assertThat(accepted).as("seed %d", seed).isBetween(SPOILT / 50, SPOILT - SPOILT / 10);
  }

  private static byte[] spoil(List<byte[]> all, Random random) {
    byte[] bytes = all.get(random.nextInt(all.size())).clone();
    for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
      // Most of a file is memory, where everything is possible; the record comes behind it.
      int from = random.nextInt(10) == 0 ? 0 : Math.max(0, bytes.length - 2_200);
      int at = from + random.nextInt(bytes.length - from - 4);
      switch (random.nextInt(7)) {
        case 0, 1, 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 3 -> {
          int[] odd = {0, -1, 1, 2, 5, 255, 65_536, 100_001, Integer.MIN_VALUE, 1 << 30};
          java.nio.ByteBuffer.wrap(bytes).putInt(at, odd[random.nextInt(odd.length)]);
        }
        case 4 -> bytes = Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(40));
        case 5 -> {
          byte[] other = all.get(random.nextInt(all.size()));
          int count = Math.min(64, Math.min(bytes.length - at, other.length - 64));
          int source = Math.max(0, other.length - (bytes.length - at) - count);
          System.arraycopy(other, source, bytes, at, count);
        }
        default -> {
          byte[] longer = new byte[bytes.length + 1 + random.nextInt(9)];
          System.arraycopy(bytes, 0, longer, 0, at);
          System.arraycopy(bytes, at, longer, at + longer.length - bytes.length, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }
}
