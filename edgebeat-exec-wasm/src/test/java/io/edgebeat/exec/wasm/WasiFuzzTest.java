package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.FileCeiling;
import io.edgebeat.exec.wasm.wasi.FilesAudit;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Calls every function with whatever comes to hand: numbers, addresses, sizes, paths and rights of
 * which many nearly fit. Nothing may come out of the host but error numbers and the ends a guest
 * can have, the files stay whole and within their quota, and the same calls give the same answers.
 */
class WasiFuzzTest {
  private static final int MEMORY = 1 << 16;
  private static final int PLAYERS = 40;
  private static final int CALLS = 5_000;
  private static final long SEED = Long.getLong("seed", 20_261);

  private static final List<String> PATHS =
      List.of(
          "a",
          "b",
          "c",
          "a/b",
          "a/c",
          "a/b/c",
          "b/a",
          "./a",
          "a/",
          "a/..",
          "..",
          "../a",
          "/a",
          ".",
          "a/../b",
          "a/b/../../c",
          "",
          "ü",
          "c/./a//b",
          "x/y",
          "b/c/",
          "a/b/c/d/e/f");

  /** A session without a state of its own. */
  private static final class SameMessage implements CapabilitySession {
    @Override
    public Optional<Blob> read() {
      return Optional.of(Blob.of(new byte[] {1, 2, 3, 4, 5}));
    }

    @Override
    public void write(Blob message) {}

    @Override
    public void close() {}
  }

  /** Runs a number of calls and gives a digest of everything that could be seen. */
  private static final class Player implements GuestMemory {
    final Random random;
    final byte[] bytes = new byte[MEMORY];
    final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    final WasiRun.Counting control = new WasiRun.Counting();
    final WasiHost host;
    final Map<String, Integer> done = new TreeMap<>();
    final Map<String, Integer> succeeded = new TreeMap<>();
    final List<HostFunctions.HostFunction> functions = new ArrayList<>();
    final List<String> names = new ArrayList<>();
    long digest;

    Player(long seed) {
      random = new Random(seed);
      ExecutionRequest given = WasiRun.request(false, "x", "y");
      CapabilitySession session = new SameMessage();
      ExecutionRequest request =
          new ExecutionRequest(
              given.id(),
              given.workload(),
              given.input(),
              new ExecutionLimits(1 << 20, Duration.ofMinutes(1), 100, 1 << 30),
              given.hostProfile(),
              Map.of("a", session),
              Map.of(),
              given.leaseUntil(),
              given.meter(),
              given.content());
      host =
          new WasiHost(
              request,
              control,
              new Counters(),
              new ExecutionLog(),
              new ByteArrayInputStream(new byte[500]),
              100,
              FileCeiling.NONE);
      for (String name : HostFunctions.names()) {
        int dot = name.indexOf('.');
        functions.add(HostFunctions.find(name.substring(0, dot), name.substring(dot + 1)));
        names.add(name);
      }
      random.nextBytes(bytes);
    }

    void play(int calls) throws Exception {
      for (int i = 0; i < calls; i++) {
        scribble();
        int which = random.nextInt(names.size());
        call(names.get(which), functions.get(which).shape(Word.BITS_32));
        control.work.clear();
        if (i % 200 == 0) {
          FilesAudit.check(host.memoryFiles, host.descriptors);
        }
      }
      FilesAudit.check(host.memoryFiles, host.descriptors);
      digest = digest * 31 + Arrays.hashCode(bytes);
    }

    /** Paths, and buffers that point anywhere, where arguments will point to. */
    private void scribble() {
      for (int i = 0; i < 4; i++) {
        byte[] path = PATHS.get(random.nextInt(PATHS.size())).getBytes(StandardCharsets.UTF_8);
        int start = 1_000 + 100 * i;
        Arrays.fill(bytes, start, start + 100, (byte) (random.nextBoolean() ? '/' : 'a'));
        System.arraycopy(path, 0, bytes, start, path.length);
        view.putInt(2_000 + 8 * i, random.nextInt(4) == 0 ? random.nextInt() : 8_000);
        view.putInt(2_004 + 8 * i, random.nextInt(8) == 0 ? random.nextInt() : 5_000);
      }
    }

    private void call(String name, FunctionShape shape) {
      long[] arguments = new long[shape.parameters().size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = number(i);
        if (shape.parameters().get(i) == ValueType.I32) {
          arguments[i] = (int) arguments[i];
        }
      }
      guide(name, arguments);
      int dot = name.indexOf('.');
      WasmEngine.HostCall body =
          host.call(
              new ModuleShape.ImportedFunction(
                  name.substring(0, dot), name.substring(dot + 1), shape));
      long answer;
      try {
        answer = body.call(this, arguments);
      } catch (GuestEnd.Exit e) {
        assertThat(name).endsWith("proc_exit");
        answer = e.code;
      } catch (GuestEnd.Trap e) {
        assertThat(e.reason).startsWith("output larger");
        answer = -1;
      }
      done.merge(name, 1, Integer::sum);
      if (answer == 0) {
        succeeded.merge(name, 1, Integer::sum);
      }
      digest = digest * 31 + answer;
    }

    /** Most calls shall get somewhere: real addresses of paths, and descriptors that are open. */
    private void guide(String name, long[] a) {
      boolean isPath = name.contains("path_");
      int size = 1 + random.nextInt(5);
      if (random.nextInt(16) == 0) {
        return;
      }
      if (isPath || name.contains("fd_")) {
        a[0] = isPath ? 3 + random.nextInt(2) : 1 + random.nextInt(7);
      }
      switch (name.substring(name.indexOf('.') + 1)) {
        case "path_open" ->
            fill(
                a,
                3,
                a[1] & 1,
                path(),
                size,
                random.nextInt(3) == 0 ? random.nextInt(16) : 1,
                rights(),
                rights(),
                random.nextInt(32),
                3_000);
        case "path_filestat_get", "path_filestat_set_times" -> fill(a, 3, a[1] & 1, path(), size);
        case "path_link" -> fill(a, 3, a[1] & 1, path(), size, 3, path(), size);
        case "path_symlink" -> fill(a, path(), size, 3, path(), size);
        case "path_rename" -> fill(a, 3, path(), size, 3, path(), size);
        case "path_create_directory",
            "path_remove_directory",
            "path_unlink_file",
            "path_readlink" ->
            fill(a, 3, path(), size);
        case "fd_read", "fd_write", "fd_pread", "fd_pwrite" -> {
          a[1] = 2_000;
          a[2] = 1L + random.nextInt(3);
          a[a.length - 1] = 3_000;
          if (a.length == 5) {
            a[3] = random.nextInt(300_000);
          }
        }
        // What a guest begins with shall mostly stay open, and be of use.
        case "fd_close", "fd_fdstat_set_rights" -> a[0] = 4L + random.nextInt(16);
        case "fd_renumber" -> fill(a, 4 + random.nextInt(6), 4 + random.nextInt(6));
        case "fd_allocate", "fd_filestat_set_size" ->
            fill(a, 4 + random.nextInt(6), random.nextInt(300_000));
        case "fd_seek", "fd_tell", "fd_readdir" -> {
          a[0] = 3L + random.nextInt(8);
          a[a.length - 1] = 3_000;
        }
        case "stream_open" -> {
          Arrays.fill(bytes, 4_000, 4_001, (byte) 'a');
          fill(a, 4_000, 1);
        }
        case "fd_advise" -> fill(a, 4 + random.nextInt(6), 0, 0, random.nextInt(8));
        default -> {}
      }
    }

    private long path() {
      return 1_000L + 100L * random.nextInt(4);
    }

    private long rights() {
      return random.nextInt(3) != 0 ? (1 << 28) - 1 : random.nextLong() & ((1 << 28) - 1);
    }

    private static void fill(long[] target, long... values) {
      System.arraycopy(values, 0, target, 0, values.length);
    }

    private long number(int index) {
      return switch (random.nextInt(8)) {
        case 0 -> random.nextLong();
        case 1 -> -1 - random.nextInt(3);
        case 2 -> MEMORY - random.nextInt(10);
        case 3 -> 1L << random.nextInt(64);
        case 4 -> index == 0 ? 3 : random.nextInt(4);
        default -> random.nextInt(20_000);
      };
    }

    @Override
    public long sizeBytes() {
      return MEMORY;
    }

    @Override
    public byte[] read(long address, int count) throws Fault {
      check(address, count);
      return Arrays.copyOfRange(bytes, (int) address, (int) address + count);
    }

    @Override
    public void write(long address, byte[] source, int offset, int count) throws Fault {
      check(address, count);
      System.arraycopy(source, offset, bytes, (int) address, count);
    }

    @Override
    public int readInt(long address) throws Fault {
      check(address, 4);
      return view.getInt((int) address);
    }

    @Override
    public long readLong(long address) throws Fault {
      check(address, 8);
      return view.getLong((int) address);
    }

    @Override
    public void writeByte(long address, int value) throws Fault {
      check(address, 1);
      bytes[(int) address] = (byte) value;
    }

    @Override
    public void writeShort(long address, int value) throws Fault {
      check(address, 2);
      view.putShort((int) address, (short) value);
    }

    @Override
    public void writeInt(long address, int value) throws Fault {
      check(address, 4);
      view.putInt((int) address, value);
    }

    @Override
    public void writeLong(long address, long value) throws Fault {
      check(address, 8);
      view.putLong((int) address, value);
    }
  }

  @Test
  void nothingComesOutOfTheHostAndFilesStayWhole() throws Exception {
    System.out.println("WasiFuzzTest seed=" + SEED);
    Map<String, Integer> succeeded = new TreeMap<>();
    for (long seed = SEED; seed < SEED + PLAYERS; seed++) {
      Player player = new Player(seed);
      player.play(CALLS);
      assertThat(player.done).hasSize(54);
      player.succeeded.forEach((name, count) -> succeeded.merge(name, count, Integer::sum));
    }
    for (String name :
        List.of(
            "path_open",
            "path_create_directory",
            "path_rename",
            "path_symlink",
            "path_link",
            "fd_write",
            "fd_pwrite",
            "fd_readdir",
            "fd_renumber",
            "fd_allocate")) {
      assertThat(succeeded.getOrDefault(HostFunctions.WASI + "." + name, 0))
          .as("seed %d: %s got somewhere", SEED, name)
          .isGreaterThan(10);
    }
  }

  @Test
  void theSameCallsGiveTheSameAnswers() throws Exception {
    Player first = new Player(SEED + 100);
    Player second = new Player(SEED + 100);
    first.play(CALLS);
    second.play(CALLS);
    assertThat(second.digest).isEqualTo(first.digest);
    Player other = new Player(SEED + 101);
    other.play(CALLS);
    assertThat(other.digest).isNotEqualTo(first.digest);
  }

  @Test
  void whatIsFrozenGoesOnAsIfNothingHadHappened() throws Exception {
    for (long seed = SEED + 200; seed < SEED + 220; seed++) {
      Player original = new Player(seed);
      original.play(2_000);
      byte[] state = original.host.state();
      Player copy = new Player(seed);
      copy.host.restore(state);
      assertThat(copy.host.state()).as("seed %d", seed).isEqualTo(state);
      System.arraycopy(original.bytes, 0, copy.bytes, 0, MEMORY);
      copy.digest = original.digest;
      original.random.setSeed(seed);
      copy.random.setSeed(seed);
      original.play(2_000);
      copy.play(2_000);
      assertThat(copy.digest).as("seed %d", seed).isEqualTo(original.digest);
      assertThat(copy.host.state()).as("seed %d", seed).isEqualTo(original.host.state());
    }
  }

  /** An image may come from a stranger: it is refused, or stands for files that are whole. */
  @Test
  void aDamagedStateIsRefusedOrWhole() throws Exception {
    Random random = new Random(SEED + 300);
    int refused = 0;
    for (int round = 0; round < 20; round++) {
      Player original = new Player(SEED + 300 + round);
      original.play(500);
      byte[] state = original.host.state();
      for (int i = 0; i < 500; i++) {
        byte[] damaged = state.clone();
        for (int k = random.nextInt(3); k >= 0; k--) {
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(4) == 0) {
          damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length + 10));
        }
        Player copy = new Player(1);
        try {
          copy.host.restore(damaged);
          FilesAudit.check(copy.host.memoryFiles, copy.host.descriptors);
          copy.play(20);
        } catch (EdgeBeatException e) {
          assertThat(e.code()).as("seed %d: %s", SEED, e).isEqualTo(ErrorCode.BAD_WORKLOAD);
          refused++;
        }
      }
    }
    assertThat(refused).isBetween(1_000, 9_999);
  }
}
