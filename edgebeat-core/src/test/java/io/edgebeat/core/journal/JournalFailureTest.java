package io.edgebeat.core.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.sim.SimDisk.CrashMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * What a journal does when a disk, a thread, the memory or whoever waits for it gives up: everybody
 * is told, nothing that was promised is lost, and nothing stays open.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalFailureTest {
  private static final byte[] ID = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final String SEGMENT = "journal-0000000000000000001.segment";
  private static final JournalOptions SMALL =
      JournalOptions.withNewId(ID)
          .withMaxRecordBytes(100)
          .withSegmentBytes(512)
          .withBatches(256, 4)
          .withPreallocateBytes(0);

  /** What a replay has delivered. */
  private static final class Seen implements JournalReplay {
    final List<String> records = new ArrayList<>();
    long upTo;

    @Override
    public void snapshot(byte[] state, long upToSequence) {
      upTo = upToSequence;
    }

    @Override
    public void record(long sequence, byte[] payload) {
      assertEquals(upTo + records.size() + 1, sequence);
      records.add(new String(payload, StandardCharsets.UTF_8));
    }
  }

  /** What became of the records of a test. */
  private static final class Told implements Completion {
    final List<String> all = new ArrayList<>();

    @Override
    public synchronized void completed(
        long sequence, @org.jspecify.annotations.Nullable EdgeBeatException failure) {
      all.add(sequence + " " + (failure == null ? "durable" : failure.code()));
    }
  }

  private static final Completion NOBODY = (sequence, failure) -> {};

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Journal open(Disk disk) {
    return Journal.open(disk, SMALL, new Seen());
  }

  private static List<String> replay(Disk disk) {
    Seen seen = new Seen();
    Journal.open(disk, SMALL, seen).close();
    return seen.records;
  }

  private static EdgeBeatException refused(ErrorCode code, Executable call, String... parts) {
    EdgeBeatException e = assertThrows(EdgeBeatException.class, call);
    assertEquals(code, e.code(), e.getMessage());
    for (String part : parts) {
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
    return e;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- opening ----

  @Test
  void anOpeningThatFailsLeavesNothingOpen() {
    SimDisk disk = new SimDisk(1);
    OpenFiles files = new OpenFiles();
    ThreadFactory none =
        task -> {
          throw new IllegalStateException("no more threads");
        };
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> Journal.open(files.on(disk), SMALL, new Seen(), none));
    assertEquals("no more threads", e.getMessage());
    assertEquals(Set.of(), files.now());

    SimDisk fresh = new SimDisk(1);
    files.fail("close", () -> new IOException("closing fails"));
    e =
        assertThrows(
            IllegalStateException.class,
            () -> Journal.open(files.on(fresh), SMALL, new Seen(), none));
    assertEquals("closing fails", e.getSuppressed()[0].getMessage());
    assertEquals(Set.of(), files.now(), "the lock is given back whatever else fails");

    files.fail("close", null);
    for (SimDisk left : List.of(disk, fresh)) {
      Journal journal = open(files.on(left));
      assertEquals(1, journal.appendAndSync(bytes("a")));
      journal.close();
    }
  }

  @Test
  void aDirectoryThatCannotBeReadIsNamed() {
    SimDisk disk = new SimDisk(1);
    open(disk).close();
    OpenFiles files = new OpenFiles();
    files.fail("list", () -> new IOException("the device is gone"));
    for (Executable call :
        List.<Executable>of(
            () -> open(files.on(disk)), () -> Journal.check(files.on(disk), new Seen()))) {
      refused(ErrorCode.STORAGE_FAILED, call, "journal.lock", "the device is gone");
      assertEquals(Set.of(), files.now());
    }
    files.fail("list", null);
    files.fail("lock", () -> new IOException("read-only"));
    refused(ErrorCode.STORAGE_FAILED, () -> open(files.on(disk)), "journal.lock", "read-only");
  }

  @Test
  void aFileThatNoJournalHasWrittenIsLeftAlone() {
    SimDisk disk = new SimDisk(1);
    open(disk).close();
    for (String name :
        List.of("journal-9999999999999999999.segment", "snapshot-9999999999999999999.snapshot")) {
      disk.plant(name, bytes("not a journal's"));
    }
    assertEquals(List.of(), replay(disk));
    assertArrayEquals(
        bytes("not a journal's"), disk.content("journal-9999999999999999999.segment"));
  }

  // ---- completions that throw ----

  @Test
  void everyCompletionIsCalledThoughOthersThrow() {
    SimDisk disk = new SimDisk(1);
    Journal journal = open(disk);
    AssertionError first = new AssertionError("a defect");
    IllegalStateException second = new IllegalStateException("another");
    Told told = new Told();
    journal.append(
        bytes("a"),
        (sequence, failure) -> {
          throw first;
        });
    journal.append(
        bytes("b"),
        (sequence, failure) -> {
          throw second;
        });
    journal.append(
        bytes("c"),
        (sequence, failure) -> {
          throw first;
        });
    journal.append(bytes("d"), told);
    assertSame(first, assertThrows(AssertionError.class, journal::doWork));
    assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    assertEquals(List.of("4 durable"), told.all);
    journal.append(
        bytes("e"),
        (sequence, failure) -> {
          throw second;
        });
    assertSame(second, assertThrows(IllegalStateException.class, journal::close));
    journal.close();
    assertEquals(List.of("a", "b", "c", "d", "e"), replay(disk), "and the directory is free");
  }

  /** Its owner's handler of uncaught exceptions may throw too: nobody waits for ever. */
  @Test
  void whenTheFlusherDiesEverybodyIsToldAndTheJournalCanBeClosed() {
    SimDisk disk = new SimDisk(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Told told = new Told();
    Journal journal =
        Journal.open(
            disk,
            SMALL,
            new Seen(),
            task -> {
              Thread thread = new Thread(task);
              thread.setUncaughtExceptionHandler(
                  (where, e) -> {
                    throw new IllegalStateException("the handler fails too");
                  });
              return thread;
            });
    journal.append(
        bytes("a"),
        (sequence, failure) -> {
          begun.countDown();
          await(goOn);
          throw new IllegalStateException("a defect");
        });
    await(begun);
    for (int i = 0; i < 3; i++) {
      journal.append(new byte[90], told);
    }
    goOn.countDown();
    journal.close();
    assertEquals(List.of("2 STORAGE_FAILED", "3 STORAGE_FAILED", "4 STORAGE_FAILED"), told.all);
    assertEquals(1, journal.durableSequence());
    refused(ErrorCode.STORAGE_FAILED, () -> journal.appendAndSync(bytes("x")), "handler fails");
    disk.crash(CrashMode.DROP);
    assertEquals(List.of("a"), replay(disk));
  }

  // ---- errors of the virtual machine ----

  @Test
  void anErrorWhileWritingStopsTheJournalForGood() {
    for (String operation : List.of("write", "sync")) {
      SimDisk disk = new SimDisk(1);
      OpenFiles files = new OpenFiles();
      Journal journal = open(files.on(disk));
      journal.appendAndSync(bytes("a"));
      files.fail(operation, () -> new InternalError("cannot reserve direct memory"));
      refused(
          ErrorCode.STORAGE_FAILED,
          () -> journal.appendAndSync(bytes("b")),
          SEGMENT,
          "cannot reserve direct memory");
      files.fail(operation, null);
      // A record behind one that is not there could not be read again.
      refused(ErrorCode.STORAGE_FAILED, () -> journal.appendAndSync(bytes("c")));
      journal.close();
      assertEquals(Set.of(), files.now());
      disk.crash(CrashMode.DROP);
      assertEquals(List.of("a"), replay(disk));
    }
  }

  @Test
  void anErrorOfTheFlusherReachesEverybodyWhoWaits() throws InterruptedException {
    SimDisk disk = new SimDisk(1);
    OpenFiles files = new OpenFiles();
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Journal journal = Journal.open(files.on(disk), SMALL, new Seen(), Thread::new);
    journal.append(
        bytes("a"),
        (sequence, failure) -> {
          begun.countDown();
          await(goOn);
        });
    await(begun);
    Told told = new Told();
    journal.append(bytes("b"), told);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread waits =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    journal.appendAndSync(bytes("c"));
                  } catch (EdgeBeatException e) {
                    thrown.set(e);
                  }
                });
    while (waits.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    files.fail("sync", () -> new StackOverflowError("too deep"));
    goOn.countDown();
    waits.join();
    EdgeBeatException failed = (EdgeBeatException) thrown.get();
    assertNotNull(failed);
    assertEquals(ErrorCode.STORAGE_FAILED, failed.code(), failed.getMessage());
    journal.close();
    assertEquals(List.of("2 STORAGE_FAILED"), told.all);
  }

  /** Without memory for another batch what was appended is still there, once. */
  @Test
  void withoutMemoryForAnotherBatchNothingIsLostOrWrittenTwice() {
    SimDisk disk = new SimDisk(1);
    OpenFiles files = new OpenFiles();
    Journal journal = open(files.on(disk));
    Told told = new Told();
    InternalError none = new InternalError("no memory");
    journal.append(new byte[] {'a'}, told);
    files.fail("allocateBuffer", () -> none);
    assertSame(none, assertThrows(InternalError.class, journal::doWork));
    // The first batch is full, the next one cannot be made.
    assertSame(
        none,
        assertThrows(
            InternalError.class,
            () -> {
              while (true) {
                journal.append(new byte[] {'b'}, told);
              }
            }));
    files.fail("allocateBuffer", null);
    journal.append(new byte[] {'c'}, told);
    journal.close();
    List<String> records = replay(disk);
    assertEquals("a", records.getFirst());
    assertEquals("c", records.getLast());
    assertEquals(records.size(), told.all.size());
    for (int i = 0; i < records.size(); i++) {
      assertEquals((i + 1) + " durable", told.all.get(i));
    }
  }

  // ---- who waits and is interrupted ----

  @Test
  void anInterruptedAppenderHasNotAppended() {
    SimDisk disk = new SimDisk(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    int appended = 1;
    try (Journal journal = Journal.open(disk, SMALL, new Seen(), Thread::new)) {
      journal.append(
          bytes("a"),
          (sequence, failure) -> {
            begun.countDown();
            await(goOn);
          });
      await(begun);
      Thread.currentThread().interrupt();
      EdgeBeatException e = null;
      while (e == null) {
        try {
          journal.append(new byte[90], NOBODY);
          appended++;
        } catch (EdgeBeatException interrupted) {
          e = interrupted;
        }
      }
      assertEquals(ErrorCode.INTERRUPTED, e.code(), e.getMessage());
      assertTrue(Thread.interrupted(), "still interrupted");
      goOn.countDown();
    }
    assertEquals(appended, replay(disk).size());
  }

  /** With no flusher thread of its own; the record is appended all the same. */
  @Test
  void anInterruptEndsTheWaitForAnotherThreadsFlush() {
    SimDisk disk = new SimDisk(1);
    AtomicReference<EdgeBeatException> thrown = new AtomicReference<>();
    try (Journal journal = open(disk)) {
      journal.append(
          bytes("a"),
          (sequence, failure) -> {
            Thread other =
                Thread.ofPlatform()
                    .start(
                        () -> {
                          Thread.currentThread().interrupt();
                          thrown.set(
                              assertThrows(
                                  EdgeBeatException.class,
                                  () -> journal.appendAndSync(bytes("b"))));
                        });
            try {
              other.join();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      journal.doWork();
    }
    assertEquals(ErrorCode.INTERRUPTED, thrown.get().code());
    assertTrue(String.valueOf(thrown.get().getMessage()).contains("record 2"));
    assertEquals(List.of("a", "b"), replay(disk));
  }

  @Test
  void anInterruptedCloseClosesAllTheSame() {
    SimDisk disk = new SimDisk(1);
    Journal journal = Journal.open(disk, SMALL, new Seen(), Thread::new);
    journal.append(bytes("a"), NOBODY);
    Thread.currentThread().interrupt();
    journal.close();
    assertTrue(Thread.interrupted(), "still interrupted");
    assertEquals(List.of("a"), replay(disk));
  }

  @Test
  void aCompletionOfTheFlusherIsNotMadeToWaitForIt() {
    SimDisk disk = new SimDisk(1);
    Told told = new Told();
    AtomicReference<EdgeBeatException> thrown = new AtomicReference<>();
    CountDownLatch over = new CountDownLatch(1);
    try (Journal journal = Journal.open(disk, SMALL, new Seen(), Thread::new)) {
      journal.append(
          bytes("a"),
          (sequence, failure) -> {
            try {
              thrown.set(
                  assertThrows(
                      EdgeBeatException.class,
                      () -> {
                        while (true) {
                          journal.append(new byte[90], told);
                        }
                      }));
            } finally {
              over.countDown();
            }
          });
      await(over);
    }
    assertEquals(ErrorCode.BUSY, thrown.get().code(), thrown.get().getMessage());
    assertTrue(told.all.size() >= 4, told.all::toString);
    assertEquals(told.all.size() + 1, replay(disk).size());
  }

  // ---- closing ----

  @Test
  void aCloseThatFailsSaysWhereAndGivesTheDirectoryFree() {
    for (String operation : List.of("truncate", "write", "sync", "close")) {
      SimDisk disk = new SimDisk(1);
      OpenFiles files = new OpenFiles();
      Journal journal = open(files.on(disk));
      journal.appendAndSync(bytes("a"));
      files.fail(operation, () -> new IOException("the device is gone"));
      refused(ErrorCode.STORAGE_FAILED, journal::close, "sim:/" + SEGMENT, "the device is gone");
      journal.close();
      assertEquals(Set.of(), files.now(), operation);
      files.fail(operation, null);
      disk.crash(CrashMode.DROP);
      assertEquals(List.of("a"), replay(files.on(disk)), operation);
    }
  }

  @Test
  void theFirstOfTwoFailuresOfACloseIsTold() {
    SimDisk disk = new SimDisk(1);
    OpenFiles files = new OpenFiles();
    Journal journal = open(files.on(disk));
    journal.appendAndSync(bytes("a"));
    files.fail("truncate", () -> new IOException("the device is gone"));
    files.fail("close", () -> new IOException("closing fails"));
    refused(ErrorCode.STORAGE_FAILED, journal::close, "the device is gone");
    assertEquals(Set.of(), files.now());
  }

  // ---- copies and checks of what a crash leaves ----

  /** Wherever the power goes off, what is found then is what a copy and a check have. */
  @Test
  void aCopyOfWhatACrashHasLeftIsTheSameJournal() throws IOException {
    long operations = history(new SimDisk(1));
    boolean emptySegment = false;
    for (int at = 1; at <= operations; at++) {
      SimDisk disk = new SimDisk(1);
      disk.powerOffAt(at);
      try {
        history(disk);
      } catch (EdgeBeatException off) {
        assertEquals(ErrorCode.STORAGE_FAILED, off.code());
      }
      disk.crash(CrashMode.KEEP);
      SimDisk copy = new SimDisk(2);
      Seen seen = new Seen();
      try (Journal journal = Journal.open(disk, SMALL, seen)) {
        journal.copyTo(copy);
        String last =
            disk.list().stream().filter(n -> n.startsWith("journal-0")).reduce((a, b) -> b).get();
        emptySegment |= Format.segmentSequence(last) == seen.records.size() + 1L && at > 10;
      }
      copy.crash(CrashMode.DROP);
      assertEquals(seen.records.size(), Journal.check(copy, new Seen()).lastRecord());
      assertEquals(seen.records, replay(copy), "power off at " + at);
    }
    assertTrue(emptySegment, "also a last segment that holds nothing yet");
  }

  private static long history(SimDisk disk) {
    try (Journal journal = open(disk)) {
      for (int i = 1; i <= 12; i++) {
        journal.appendAndSync(bytes("record number " + i));
      }
      return disk.operations();
    }
  }
}
