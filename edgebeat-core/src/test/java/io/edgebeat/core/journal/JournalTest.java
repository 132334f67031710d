package io.edgebeat.core.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.sim.SimDisk.CrashMode;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalTest {
  private static final byte[] ID = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final JournalOptions SMALL =
      JournalOptions.withNewId(ID)
          .withMaxRecordBytes(100)
          .withSegmentBytes(512)
          .withBatches(256, 4)
          .withPreallocateBytes(0);

  /** Everything a replay has delivered. */
  private static final class Seen implements JournalReplay {
    final List<String> records = new ArrayList<>();
    String state = "";
    long upTo;

    @Override
    public void snapshot(byte[] state, long upToSequence) {
      this.state = new String(state, StandardCharsets.UTF_8);
      this.upTo = upToSequence;
    }

    @Override
    public void record(long sequence, byte[] payload) {
      assertEquals(upTo + records.size() + 1, sequence);
      records.add(new String(payload, StandardCharsets.UTF_8));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Seen replay(Disk disk) {
    return replay(disk, SMALL);
  }

  private static Seen replay(Disk disk, JournalOptions options) {
    Seen seen = new Seen();
    Journal.open(disk, options, seen).close();
    return seen;
  }

  private static void write(Disk disk, JournalOptions options, String... records) {
    try (Journal journal = Journal.open(disk, options, new Seen())) {
      for (String record : records) {
        journal.appendAndSync(bytes(record));
      }
    }
  }

  private static EdgeBeatException refused(ErrorCode code, Executable call) {
    EdgeBeatException e = assertThrows(EdgeBeatException.class, call);
    assertEquals(code, e.code(), e.getMessage());
    return e;
  }

  private static void assertNames(EdgeBeatException e, String... parts) {
    for (String part : parts) {
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
  }

  // ---- the ordinary course of things ----

  @Test
  void recordsComeBackInOrder(@TempDir Path directory) {
    for (Disk disk : List.of(new SimDisk(1), FileDisk.open(directory.resolve("node")))) {
      try (Journal journal = Journal.open(disk, SMALL, new Seen())) {
        assertTrue(journal.recovery().fresh());
        assertArrayEquals(ID, journal.id());
        assertEquals(1, journal.appendAndSync(bytes("one")));
        assertEquals(2, journal.appendAndSync(bytes("")));
        assertEquals(2, journal.durableSequence());
      }
      assertEquals(List.of("one", ""), replay(disk).records);
      write(disk, SMALL, "three");
      Seen seen = new Seen();
      try (Journal journal = Journal.open(disk, JournalOptions.withNewId(new byte[16]), seen)) {
        assertArrayEquals(ID, journal.id());
        assertEquals(4, journal.recovery().nextSequence());
        assertEquals(3, journal.recovery().records());
        assertEquals(0, journal.recovery().cutBytes());
        assertFalse(journal.recovery().fresh());
      }
      assertEquals(List.of("one", "", "three"), seen.records);
    }
  }

  @Test
  void nothingHappensBetweenTwoCallsOfDoWork() {
    SimDisk disk = new SimDisk(1);
    List<String> reports = new ArrayList<>();
    try (Journal journal = Journal.open(disk, SMALL, new Seen())) {
      long before = disk.operations();
      journal.append(bytes("a"), (sequence, failure) -> reports.add(sequence + " " + failure));
      journal.append(bytes("b"), (sequence, failure) -> reports.add(sequence + " " + failure));
      assertEquals(before, disk.operations());
      assertEquals(List.of(), reports);
      assertEquals(2, journal.doWork());
      assertEquals(List.of("1 null", "2 null"), reports);
      assertEquals(before + 3, disk.operations(), "one write, one sync, one mark");
      assertEquals(0, journal.doWork());
    }
  }

  @Test
  void manySegmentsAndSizes(@TempDir Path directory) {
    SplittableRandom random = new SplittableRandom(7);
    JournalOptions options =
        JournalOptions.withNewId(ID)
            .withMaxRecordBytes(300_000)
            .withSegmentBytes(1_000_000)
            .withBatches(400_000, 2);
    for (Disk disk : List.of(new SimDisk(1), FileDisk.open(directory))) {
      JournalOracle oracle = new JournalOracle();
      for (int session = 0; session < 3; session++) {
        oracle.beforeOpen();
        try (Journal journal = Journal.open(disk, options, oracle)) {
          oracle.afterOpen(journal);
          for (int i = 0; i < 40; i++) {
            assertTrue(oracle.append(journal, random, random.nextInt(8) == 0 ? 300_000 : 3_000));
            if (random.nextInt(3) == 0) {
              journal.doWork();
            }
          }
        }
        assertEquals((session + 1) * 40L, oracle.promised());
      }
    }
  }

  @Test
  void tooLargeAndTooMany() {
    SimDisk disk = new SimDisk(1);
    try (Journal journal = Journal.open(disk, SMALL, new Seen())) {
      EdgeBeatException e =
          refused(
              ErrorCode.INVALID_ARGUMENT,
              () -> journal.append(new byte[101], (sequence, failure) -> {}));
      assertNames(e, "101", "100");
      int[] accepted = {0};
      refused(
          ErrorCode.BUSY,
          () -> {
            while (true) {
              journal.append(new byte[100], (sequence, failure) -> {});
              accepted[0]++;
            }
          });
      assertTrue(accepted[0] >= 5, "accepted " + accepted[0]);
      assertTrue(journal.doWork() > 0);
      assertEquals(accepted[0] + 1, journal.appendAndSync(new byte[100]));
    }
  }

  @Test
  void aClosedJournalRefuses() {
    Journal journal = Journal.open(new SimDisk(1), SMALL, new Seen());
    AtomicLong last = new AtomicLong();
    journal.append(bytes("a"), (sequence, failure) -> last.set(sequence));
    journal.close();
    journal.close();
    assertEquals(1, last.get());
    refused(ErrorCode.CLOSED, () -> journal.append(bytes("b"), (sequence, failure) -> {}));
    refused(ErrorCode.CLOSED, () -> journal.appendAndSync(bytes("b")));
    refused(ErrorCode.CLOSED, () -> journal.writeSnapshot(bytes("s"), 1));
    assertEquals(0, journal.doWork());
  }

  @Test
  void completionsMayAppendCloseAndThrow() {
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, SMALL, new Seen());
    List<Long> reports = new ArrayList<>();
    journal.append(
        bytes("a"),
        (sequence, failure) -> {
          journal.append(bytes("c"), (next, failed) -> reports.add(next));
          refused(ErrorCode.UNSUPPORTED, () -> journal.appendAndSync(bytes("x")));
          assertEquals(0, journal.doWork());
          throw new IllegalStateException("a defect of the owner");
        });
    journal.append(bytes("b"), (sequence, failure) -> reports.add(sequence));
    assertEquals(
        "a defect of the owner",
        assertThrows(IllegalStateException.class, journal::doWork).getMessage());
    assertEquals(List.of(2L), reports);
    journal.doWork();
    assertEquals(List.of(2L, 3L), reports);
    journal.append(bytes("d"), (sequence, failure) -> journal.close());
    journal.doWork();
    refused(ErrorCode.CLOSED, () -> journal.append(bytes("e"), (sequence, failure) -> {}));
    assertEquals(List.of("a", "b", "c", "d"), replay(disk).records);
  }

  // ---- threads ----

  @Test
  void manyThreadsEachRecordOnceInOrder(@TempDir Path directory) throws Exception {
    int threads = 64;
    int each = 200;
    JournalOptions options = JournalOptions.withNewId(ID).withSegmentBytes(100_000);
    options = options.withMaxRecordBytes(1_000).withBatches(4_000, 2);
    AtomicLong expected = new AtomicLong(1);
    AtomicInteger wrong = new AtomicInteger();
    String[] written = new String[threads * each + 1];
    Disk disk = FileDisk.open(directory);
    try (Journal journal = Journal.open(disk, options, new Seen(), Thread::new)) {
      refused(ErrorCode.UNSUPPORTED, journal::doWork);
      List<Thread> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        running.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < each; i++) {
                        String text = thread + ":" + i;
                        long number;
                        if (i % 20 == 19) {
                          number = journal.appendAndSync(bytes(text));
                          expected.compareAndSet(number, number + 1);
                        } else {
                          number =
                              journal.append(
                                  bytes(text),
                                  (sequence, failure) -> {
                                    if (failure != null || expected.get() > sequence) {
                                      wrong.incrementAndGet();
                                    }
                                    expected.set(sequence + 1);
                                  });
                        }
                        written[(int) number] = text;
                      }
                    }));
      }
      for (Thread thread : running) {
        thread.join();
      }
    }
    assertEquals(0, wrong.get());
    Seen seen = replay(disk, options);
    assertEquals(threads * each, seen.records.size());
    assertEquals(Arrays.asList(written).subList(1, written.length), seen.records);
    int[] next = new int[threads];
    for (String record : seen.records) {
      String[] parts = record.split(":", -1);
      assertEquals(next[Integer.parseInt(parts[0])]++, Integer.parseInt(parts[1]));
    }
  }

  @Test
  void anInterruptNeverHurtsTheJournal(@TempDir Path directory) throws Exception {
    Disk disk = FileDisk.open(directory);
    try (Journal journal =
        Journal.open(disk, JournalOptions.withNewId(ID), new Seen(), Thread::new)) {
      Thread.currentThread().interrupt();
      assertEquals(1, journal.appendAndSync(bytes("a")), "alone, the caller itself writes");
      journal.writeSnapshot(bytes("state"), 1);
      assertTrue(Thread.interrupted());
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      journal.append(
          bytes("b"),
          (sequence, failure) -> {
            inside.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      inside.await();
      Thread.currentThread().interrupt();
      refused(ErrorCode.INTERRUPTED, () -> journal.appendAndSync(bytes("c")));
      assertTrue(Thread.interrupted());
      goOn.countDown();
    }
    assertEquals(List.of("b", "c"), replay(disk).records);
  }

  @Test
  void aThrowingCompletionIsReportedAndTheFlusherGoesOn() throws Exception {
    AtomicReference<Throwable> reported = new AtomicReference<>();
    CountDownLatch both = new CountDownLatch(2);
    SimDisk disk = new SimDisk(1);
    try (Journal journal =
        Journal.open(
            disk,
            SMALL,
            new Seen(),
            task -> {
              Thread thread = new Thread(task);
              thread.setUncaughtExceptionHandler((where, e) -> reported.set(e));
              return thread;
            })) {
      journal.append(
          bytes("a"),
          (sequence, failure) -> {
            both.countDown();
            throw new IllegalStateException("defect");
          });
      journal.append(bytes("b"), (sequence, failure) -> both.countDown());
      assertTrue(both.await(60, TimeUnit.SECONDS));
    }
    assertEquals("defect", reported.get().getMessage());
    assertEquals(List.of("a", "b"), replay(disk).records);
  }

  @Test
  void appendersWaitForRoomAndAreToldOfAFailure() throws Exception {
    SimDisk disk = new SimDisk(1);
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger durable = new AtomicInteger();
    try (Journal journal = Journal.open(disk, SMALL, new Seen(), Thread::new)) {
      disk.failSync(60);
      refused(
          ErrorCode.STORAGE_FAILED,
          () -> {
            while (true) {
              journal.append(
                  new byte[90],
                  (sequence, failure) -> (failure == null ? durable : failed).incrementAndGet());
            }
          });
      assertNames(
          refused(ErrorCode.STORAGE_FAILED, () -> journal.appendAndSync(bytes("x"))), ".segment");
    }
    assertTrue(durable.get() > 10, "durable " + durable);
    assertTrue(failed.get() > 0, "failed " + failed);
    disk.crash(CrashMode.DROP);
    assertTrue(replay(disk).records.size() >= durable.get());
  }

  // ---- failing disks ----

  @Test
  void aFailedSyncStopsTheJournalForGood() {
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, SMALL, new Seen());
    journal.appendAndSync(bytes("a"));
    List<String> reports = new ArrayList<>();
    Completion completion =
        (sequence, failure) ->
            reports.add(sequence + " " + (failure == null ? "durable" : failure.code()));
    disk.failSync(1);
    journal.append(bytes("b"), completion);
    journal.append(bytes("c"), completion);
    journal.doWork();
    assertEquals(List.of("2 STORAGE_FAILED", "3 STORAGE_FAILED"), reports);
    long operations = disk.operations();
    EdgeBeatException e =
        refused(ErrorCode.STORAGE_FAILED, () -> journal.append(bytes("d"), completion));
    assertNames(e, "sim:/journal-0000000000000000001.segment", "injected");
    refused(ErrorCode.STORAGE_FAILED, () -> journal.writeSnapshot(bytes("s"), 1));
    refused(ErrorCode.STORAGE_FAILED, () -> journal.appendAndSync(bytes("d")));
    assertEquals(0, journal.doWork());
    journal.close();
    assertEquals(operations, disk.operations(), "nothing is tried again");
    assertEquals(1, journal.durableSequence());
    disk.crash(CrashMode.DROP);
    assertEquals(List.of("a"), replay(disk).records);
  }

  @Test
  void pendingRecordsBehindAFailureAreToldToo() {
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, SMALL, new Seen());
    List<Long> failed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      journal.append(new byte[90], (sequence, failure) -> failed.add(sequence));
    }
    disk.failWrite(1);
    while (journal.doWork() > 0) {
      // All batches.
    }
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), failed);
    journal.close();
  }

  @Test
  void noSpaceStopsAndRoomCuresIt() {
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, SMALL, new Seen());
    disk.limitSpace(1_500);
    int[] written = {0};
    EdgeBeatException e =
        refused(
            ErrorCode.STORAGE_FAILED,
            () -> {
              while (true) {
                journal.appendAndSync(bytes("0123456789"));
                written[0]++;
              }
            });
    assertNames(e, ".segment", "no space left");
    journal.close();
    disk.kill();
    refused(ErrorCode.STORAGE_FAILED, () -> write(disk, SMALL, "x".repeat(100)));
    disk.kill();
    disk.limitSpace(100_000);
    assertTrue(replay(disk).records.size() >= written[0]);
    write(disk, SMALL, "more");
  }

  @Test
  void aClosedJournalHoldsNoFile() {
    SimDisk disk = new SimDisk(1);
    OpenFiles files = new OpenFiles();
    try (Journal journal = Journal.open(files.on(disk), SMALL, new Seen())) {
      for (int i = 0; i < 100; i++) {
        journal.appendAndSync(bytes("record " + i));
      }
      journal.writeSnapshot(bytes("all of it"), 100);
      assertEquals(2, files.now().size(), () -> "segment and lock, and not " + files.now());
    }
    assertEquals(0, files.now().size(), () -> "still open: " + files.now());
    try (Journal journal = Journal.open(files.on(disk), SMALL, new Seen())) {
      journal.copyTo(files.on(new SimDisk(2)));
    }
    assertEquals(0, files.now().size(), () -> "still open: " + files.now());
  }

  @Test
  void readingThatFailsNamesTheFileAndStopsNothing() {
    SimDisk disk = new SimDisk(1);
    OpenFiles files = new OpenFiles();
    try (Journal journal = Journal.open(files.on(disk), SMALL, new Seen())) {
      journal.appendAndSync(bytes("a"));
      files.failReads("the device is gone");
      String file = disk.locate("journal-0000000000000000001.segment");
      assertNames(
          refused(ErrorCode.STORAGE_FAILED, () -> journal.read(new Seen())),
          file,
          "the device is gone");
      assertNames(
          refused(ErrorCode.STORAGE_FAILED, () -> journal.copyTo(new SimDisk(2))),
          "journal-0000000000000000001.segment",
          "the device is gone");
      files.failReads(null);
      journal.appendAndSync(bytes("b"));
      Seen seen = new Seen();
      journal.read(seen);
      assertEquals(List.of("a", "b"), seen.records);
    }
    files.failReads("the device is gone");
    assertNames(
        refused(ErrorCode.STORAGE_FAILED, () -> Journal.check(files.on(disk), new Seen())),
        "the device is gone");
  }

  @Test
  void aCopyIsThereAlsoAfterALossOfPower() {
    SimDisk disk = new SimDisk(1);
    SimDisk copy = new SimDisk(2);
    try (Journal journal = Journal.open(disk, SMALL, new Seen())) {
      journal.appendAndSync(bytes("a"));
      journal.appendAndSync(bytes("b"));
      journal.copyTo(copy);
    }
    copy.crash(CrashMode.DROP);
    assertEquals(List.of("a", "b"), replay(copy).records);
  }

  @Test
  void aFailingSnapshotStopsTheJournal() {
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, SMALL, new Seen());
    journal.appendAndSync(bytes("a"));
    disk.failSync(1);
    assertNames(
        refused(ErrorCode.STORAGE_FAILED, () -> journal.writeSnapshot(bytes("s"), 1)),
        "snapshot-0000000000000000001.snapshot");
    refused(ErrorCode.STORAGE_FAILED, () -> journal.appendAndSync(bytes("b")));
    journal.close();
    disk.crash(CrashMode.KEEP);
    assertEquals(List.of("a"), replay(disk).records);
    assertFalse(disk.content("journal-0000000000000000001.segment").length == 0);
    write(disk, SMALL, "b");
  }

  @Test
  void aDirectoryThatCannotBeWritten(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    assertNames(
        refused(ErrorCode.STORAGE_FAILED, () -> FileDisk.open(file.resolve("node"))),
        file.toString());
    Path readOnly = Path.of("/sys/kernel");
    Assumptions.assumeTrue(Files.isDirectory(readOnly), "no read-only directory here");
    assertNames(
        refused(
            ErrorCode.STORAGE_FAILED,
            () -> Journal.open(FileDisk.open(readOnly), SMALL, new Seen())),
        "/sys/kernel/journal.lock");
  }

  @Test
  void oneDirectoryOneJournal(@TempDir Path directory) {
    SimDisk sim = new SimDisk(1);
    for (List<Disk> same :
        List.of(
            List.<Disk>of(sim, sim),
            List.<Disk>of(FileDisk.open(directory), FileDisk.open(directory)))) {
      Journal first = Journal.open(same.get(0), SMALL, new Seen());
      refused(ErrorCode.LOCKED, () -> Journal.open(same.get(1), SMALL, new Seen()));
      first.appendAndSync(bytes("a"));
      first.close();
      assertEquals(List.of("a"), replay(same.get(1)).records);
    }
  }

  @Test
  void aJournalOfAnotherProcessIsLockedUntilThatIsDead(@TempDir Path directory) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process other =
        new ProcessBuilder(
                java.toString(),
                "-cp",
                String.join(
                    File.pathSeparator,
                    place(Journal.class),
                    place(EdgeBeatException.class),
                    place(JournalTest.class)),
                OtherProcess.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertEquals("open", other.inputReader().readLine());
      EdgeBeatException refused =
          assertThrows(
              EdgeBeatException.class,
              () -> Journal.open(FileDisk.open(directory), SMALL, new Seen()));
      assertEquals(ErrorCode.LOCKED, refused.code());
    } finally {
      other.destroyForcibly().waitFor();
    }
    Seen seen = new Seen();
    Journal.open(FileDisk.open(directory), SMALL, seen).close();
    assertEquals(List.of("a"), seen.records);
  }

  private static String place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  /** Opens a journal, says so and never closes it. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) throws Exception {
      Journal journal = Journal.open(FileDisk.open(Path.of(arguments[0])), SMALL, new Seen());
      journal.appendAndSync(bytes("a"));
      System.out.println("open");
      Thread.currentThread().join();
    }
  }

  // ---- damage ----

  /** Twenty-four records in three segments (1, 10, 19); only a close leaves a durable mark. */
  private static SimDisk history(boolean closed, int perBatch) {
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, SMALL, new Seen());
    for (int i = 1; i <= 24; i++) {
      journal.append(bytes("record number " + i), (sequence, failure) -> {});
      while (i % perBatch == 0 && journal.doWork() > 0) {
        // A batch that crosses the end of a segment is two.
      }
    }
    if (closed) {
      journal.close();
    }
    disk.crash(closed ? CrashMode.KEEP : CrashMode.DROP);
    return disk;
  }

  private static List<String> expected(int count) {
    List<String> records = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      records.add("record number " + i);
    }
    return records;
  }

  @Test
  void noFlippedBitIsBelieved() throws IOException {
    for (int perBatch : List.of(1, 4)) {
      SimDisk closed = history(true, perBatch);
      SimDisk lost = history(false, perBatch);
      assertEquals(expected(24), replay(closed.copy(1)).records);
      assertEquals(expected(24), replay(lost.copy(1)).records);
      assertTrue(closed.list().size() >= 3, "several segments");
      assertEquals(24, flipEverything(closed), "after a close, no flip may cost a record");
      assertEquals(24 - perBatch, flipEverything(lost), "else only the last write may be cut");
    }
  }

  /** Flips each bit of each byte; returns the smallest number of records that was accepted. */
  private static int flipEverything(SimDisk intact) throws IOException {
    int fewest = Integer.MAX_VALUE;
    for (String name : intact.list()) {
      int length = intact.content(name).length;
      for (int offset = 0; offset < length; offset++) {
        for (int bit = 0; bit < 8; bit += offset % 16 == 0 ? 1 : 5) {
          SimDisk disk = intact.copy(1);
          disk.flip(name, offset, bit);
          try {
            List<String> records = replay(disk).records;
            assertEquals(expected(24).subList(0, records.size()), records);
            fewest = Math.min(fewest, records.size());
          } catch (EdgeBeatException e) {
            assertEquals(ErrorCode.CORRUPTED, e.code(), e.getMessage());
            assertNames(e, name, "offset");
          }
        }
      }
    }
    return fewest;
  }

  @Test
  void everyShortenedLastFileIsATornEndAndNothingElse() {
    SimDisk disk = history(false, 1);
    String last = "journal-0000000000000000019.segment";
    byte[] content = disk.content(last);
    for (int length = 0; length < content.length; length++) {
      SimDisk shortened = disk.copy(1);
      shortened.plant(last, Arrays.copyOf(content, length));
      List<String> records = replay(shortened).records;
      assertEquals(expected(24).subList(0, records.size()), records);
      assertTrue(records.size() >= 18, "of " + length + " bytes");
    }
    for (String name : List.of("journal-0000000000000000001.segment")) {
      byte[] whole = disk.content(name);
      for (int length = 0; length < whole.length; length++) {
        SimDisk shortened = disk.copy(1);
        shortened.plant(name, Arrays.copyOf(whole, length));
        assertNames(refused(ErrorCode.CORRUPTED, () -> replay(shortened)), name);
      }
    }
  }

  @Test
  void aMissingOrForeignFileIsNamed() throws IOException {
    SimDisk disk = history(true, 1);
    List<String> segments = disk.list().stream().filter(n -> n.endsWith(".segment")).toList();
    for (String name : segments.subList(0, segments.size() - 1)) {
      SimDisk damaged = disk.copy(1);
      damaged.delete(name);
      assertNames(refused(ErrorCode.CORRUPTED, () -> replay(damaged)), name, "missing");
    }
    SimDisk other = new SimDisk(2);
    JournalOptions foreign = SMALL.withRequiredId(new byte[16]);
    write(other, foreign, expected(24).toArray(String[]::new));
    for (String name : segments.subList(1, segments.size())) {
      SimDisk mixed = disk.copy(1);
      mixed.plant(name, other.content(name));
      assertNames(refused(ErrorCode.CORRUPTED, () -> replay(mixed)), name, "another journal");
    }
    assertNames(
        refused(ErrorCode.CORRUPTED, () -> replay(disk.copy(1), foreign)),
        segments.getFirst(),
        "another journal");
    SimDisk renamed = disk.copy(1);
    renamed.plant(segments.get(1), disk.content(segments.get(0)));
    assertNames(refused(ErrorCode.CORRUPTED, () -> replay(renamed)), segments.get(1));
  }

  @Test
  void aNewerFormatIsNamedAndLeftAlone() {
    SimDisk disk = history(true, 1);
    String name = "journal-0000000000000000001.segment";
    byte[] content = disk.content(name);
    ByteBuffer header = ByteBuffer.wrap(content);
    header.putInt(8, 2);
    header.putInt(60, Format.checksum(content, 0, 60));
    disk.plant(name, content);
    long operations = disk.operations();
    assertNames(
        refused(ErrorCode.UNKNOWN_VERSION, () -> replay(disk)), name, "version 2", "up to 1");
    assertEquals(operations, disk.operations());

    for (int at : new int[] {2, 3}) {
      SimDisk frames = history(true, 1);
      byte[] changed = frames.content(name);
      int seed = Format.segmentSeed(ID, 1);
      byte[] frame = Arrays.copyOfRange(changed, 64, 96);
      int mask = ByteBuffer.wrap(frame).getInt(28) ^ Format.checksum(frame, 0, 28);
      frame[at] = 9;
      ByteBuffer.wrap(frame).putInt(28, Format.checksum(frame, 0, 28) ^ mask);
      assertTrue(Format.frameHeaderValid(frame, 0, seed, 64));
      System.arraycopy(frame, 0, changed, 64, 32);
      frames.plant(name, changed);
      assertNames(refused(ErrorCode.UNKNOWN_VERSION, () -> replay(frames)), name, "9");
    }
  }

  @Test
  void aTornWriteOfSeveralRecordsIsCutAlthoughItsEndIsThere() {
    // A disk may write the end of a batch before its beginning. Nothing of it was promised.
    SimDisk disk = history(false, 4);
    String last = "journal-0000000000000000019.segment";
    byte[] content = disk.content(last);
    Arrays.fill(content, 170, 200, (byte) 0);
    disk.plant(last, content);
    Seen seen = new Seen();
    Journal journal = Journal.open(disk, SMALL, seen);
    assertEquals(expected(20), seen.records);
    assertTrue(journal.recovery().cutBytes() > 0);
    assertEquals(21, journal.appendAndSync(bytes("again")));
    journal.close();
    assertEquals("again", replay(disk).records.getLast());
  }

  @Test
  void aCopiedFrameInsideAPayloadProvesNothing() {
    // A peer may send the bytes of a journal; cut in a torn end, they must not look like records.
    JournalOptions options = SMALL.withMaxRecordBytes(2_000).withSegmentBytes(4_000);
    SimDisk source = new SimDisk(1);
    write(source, options, expected(24).toArray(String[]::new));
    String name = "journal-0000000000000000001.segment";
    byte[] copied = source.content(name);
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, options, new Seen());
    journal.appendAndSync(bytes("a"));
    journal.appendAndSync(copied);
    disk.crash(CrashMode.DROP);
    byte[] content = disk.content(name);
    content[100]++; // in the frame of the second record
    disk.plant(name, content);
    assertEquals(List.of("a"), replay(disk, options).records);
  }

  // ---- snapshots ----

  @Test
  void snapshotsShortenTheReplayAndDeleteSegments() throws IOException {
    SimDisk disk = new SimDisk(1);
    try (Journal journal = Journal.open(disk, SMALL, new Seen())) {
      for (int i = 1; i <= 40; i++) {
        journal.appendAndSync(bytes("record number " + i));
        if (i % 10 == 0) {
          journal.writeSnapshot(bytes("state " + i), i - 1);
        }
      }
      assertNames(
          refused(ErrorCode.INVALID_ARGUMENT, () -> journal.writeSnapshot(bytes("s"), 41)), "40");
      refused(ErrorCode.INVALID_ARGUMENT, () -> journal.writeSnapshot(bytes("s"), 39));
    }
    Seen seen = replay(disk);
    assertEquals("state 40", seen.state);
    assertEquals(39, seen.upTo);
    assertEquals(List.of("record number 40"), seen.records);
    assertEquals(
        List.of("snapshot-0000000000000000029.snapshot", "snapshot-0000000000000000039.snapshot"),
        disk.list().stream().filter(name -> name.startsWith("snapshot")).toList());
    assertFalse(disk.list().contains("journal-0000000000000000001.segment"));

    // The older one stands in for the newest, but for nothing else.
    SimDisk damaged = disk.copy(1);
    damaged.flip("snapshot-0000000000000000039.snapshot", 66, 1);
    Seen fromOlder = new Seen();
    try (Journal journal = Journal.open(damaged, SMALL, fromOlder)) {
      assertEquals(
          List.of("snapshot-0000000000000000039.snapshot"), journal.recovery().damagedSnapshots());
    }
    assertEquals("state 30", fromOlder.state);
    assertEquals(11, fromOlder.records.size());
    SimDisk both = disk.copy(1);
    both.flip("snapshot-0000000000000000029.snapshot", 20, 1);
    both.flip("snapshot-0000000000000000039.snapshot", 66, 1);
    assertNames(
        refused(ErrorCode.CORRUPTED, () -> replay(both)),
        "snapshot-0000000000000000039.snapshot",
        "offset 64");
    SimDisk behind = disk.copy(1);
    for (String name : disk.list()) {
      if (name.startsWith("journal-")) {
        behind.delete(name);
      }
    }
    assertNames(refused(ErrorCode.CORRUPTED, () -> replay(behind)), "missing");
  }

  @Test
  void everyFlippedBitOfASnapshotIsNoticed() throws IOException {
    SimDisk disk = new SimDisk(1);
    try (Journal journal = Journal.open(disk, SMALL.withSnapshotsKept(1), new Seen())) {
      for (int i = 1; i <= 20; i++) {
        journal.appendAndSync(bytes("record number " + i));
      }
      journal.writeSnapshot(bytes("the state"), 20);
    }
    String name = "snapshot-0000000000000000020.snapshot";
    for (int offset = 0; offset < disk.content(name).length; offset++) {
      SimDisk damaged = disk.copy(1);
      damaged.flip(name, offset, offset % 8);
      assertNames(refused(ErrorCode.CORRUPTED, () -> replay(damaged)), name);
    }
  }

  @Test
  void aSnapshotMayBeWrittenWhileAppending(@TempDir Path directory) throws Exception {
    Disk disk = FileDisk.open(directory);
    JournalOptions options =
        JournalOptions.withNewId(ID).withMaxRecordBytes(1_000).withSegmentBytes(20_000);
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger snapshots = new AtomicInteger();
    AtomicInteger appended = new AtomicInteger();
    try (Journal journal = Journal.open(disk, options, new Seen(), Thread::new)) {
      Thread appender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (appended.get() < 5_000 || snapshots.get() < 3) {
                      journal.append(
                          bytes("record number " + appended.incrementAndGet()),
                          (sequence, failure) -> {
                            if (failure != null) {
                              wrong.incrementAndGet();
                            }
                          });
                    }
                  });
      long previous = 0;
      while (appender.isAlive()) {
        long upTo = journal.durableSequence();
        if (upTo > previous) {
          journal.writeSnapshot(bytes("state " + upTo), upTo);
          previous = upTo;
          snapshots.incrementAndGet();
        }
      }
      appender.join();
    }
    assertEquals(0, wrong.get());
    Seen seen = replay(disk, options);
    assertEquals(appended.get(), seen.upTo + seen.records.size());
    assertEquals("state " + seen.upTo, seen.state);
  }
}
