package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.capability.CapabilitySession;
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

/**
 * Calls the functions of the host with whatever comes to hand, as a program with words of one
 * length would, and gives a digest of everything that could be seen.
 */
final class WasiPlayer implements GuestMemory {
  static final int MEMORY = 1 << 16;

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

  private final Word word;
  private final boolean twin;
  private final byte[] first;
  final Random random;
  final byte[] bytes = new byte[MEMORY];
  final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  final WasiRun.Counting control = new WasiRun.Counting();
  final WasiHost host;
  final Map<String, Integer> done = new TreeMap<>();
  final Map<String, Integer> succeeded = new TreeMap<>();
  final List<HostFunctions.HostFunction> functions = new ArrayList<>();
  final List<String> names = new ArrayList<>();
  final List<String> answers = new ArrayList<>();
  long digest;

  WasiPlayer(long seed, Word word) {
    this(seed, word, false);
  }

  /**
   * One whose calls mean the same as those of another with words of another length: it finds the
   * same bytes in its memory before each call, and gives no numbers that are in memory by halves.
   */
  static WasiPlayer twin(long seed, Word word) {
    return new WasiPlayer(seed, word, true);
  }

  private WasiPlayer(long seed, Word word, boolean twin) {
    this.word = word;
    this.twin = twin;
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
    first = bytes.clone();
  }

  void play(int calls) throws Exception {
    for (int i = 0; i < calls; i++) {
      if (twin) {
        System.arraycopy(first, 0, bytes, 0, MEMORY);
      }
      scribble();
      int which = random.nextInt(names.size());
      call(names.get(which), functions.get(which));
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
      word(2 * i, random.nextInt(4) == 0 ? random.nextInt() : 8_000);
      word(2 * i + 1, random.nextInt(8) == 0 ? random.nextInt() : 5_000);
    }
  }

  /** Where buffers are described; a number below 0 is no address and no size, however long. */
  private void word(int index, int value) {
    int at = 2_000 + index * word.bytes();
    if (word == Word.BITS_32) {
      view.putInt(at, value);
    } else {
      view.putLong(at, value);
    }
  }

  private void call(String name, HostFunctions.HostFunction function) {
    FunctionShape shape = function.shape(word);
    long[] arguments = new long[shape.parameters().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = number(i);
      boolean isWord = function.form().charAt(i) == FunctionShape.WORD;
      if (shape.parameters().get(i) == ValueType.I32 || (twin && isWord)) {
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
    if (twin) {
      answers.add(name + " " + answer);
    }
    if (answer == 0) {
      succeeded.merge(name, 1, Integer::sum);
    }
    digest = digest * 31 + answer;
  }

  /** Most calls shall get somewhere: real addresses of paths, and descriptors that are open. */
  private void guide(String name, long[] a) {
    boolean isPath = name.contains("path_");
    int size = 1 + random.nextInt(5);
    if (random.nextInt(16) == 0 && !twin) {
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
      case "path_create_directory", "path_remove_directory", "path_unlink_file", "path_readlink" ->
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
      case 2 -> MEMORY - (twin ? 0 : random.nextInt(10));
      case 3 -> 1L << (twin ? 20 + random.nextInt(40) : random.nextInt(64));
      case 4 -> index == 0 ? 3 : random.nextInt(4);
      default -> (twin ? 20_000 : 0) + random.nextInt(20_000);
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
