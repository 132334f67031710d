package io.edgebeat.benchmarks.money;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.core.journal.Completion;
import io.edgebeat.core.journal.Journal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Durable appends a second: the journal beside RocksDB and beside one thread that does nothing but
 * write and force. Each round measures every one of them once, in turns, on one disk.
 */
public final class JournalBench implements Program {
  /** About what a voucher or a frame of ticks is, as facts. */
  private static final int RECORD = 200;

  private static final int OUTSTANDING = 64;
  private static final int MANY = 1_000;

  private final byte[] record = new byte[RECORD];
  private final Rounds rounds = new Rounds();

  @Override
  public String name() {
    return "journal";
  }

  @Override
  public String summary() {
    return "durable appends a second, beside RocksDB and beside write and force";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    new SplittableRandom(1).nextBytes(record);
    int count = (int) context.option("count", context.nightly() ? 9 : 5);
    long millis = context.option("millis", context.nightly() ? 3_000 : 400);
    Path directory = Rounds.directory(context, "journal");
    RocksDB.loadLibrary();
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB rocks = RocksDB.open(options, directory.resolve("rocks").toString());
        Journal journal = Journals.open(directory.resolve("grouped"));
        Journal many = Journals.open(directory.resolve("asynchronous"));
        Journal single = Journals.open(directory.resolve("single"))) {
      for (int i = 0; i <= count; i++) {
        if (i == 1) {
          rounds.clear();
        }
        rounds.wall("journal", () -> outstanding(journal, millis));
        rounds.wall("rocks64", () -> rocksThreads(rocks, millis));
        rounds.wall("rocksBatch", () -> rocksBatches(rocks, millis));
        rounds.wall("force64", () -> forced(directory, OUTSTANDING, millis));
        rounds.wall("many", () -> asynchronous(many, millis));
        rounds.wall("force1000", () -> forced(directory, MANY, millis));
        rounds.wall("single", () -> oneWriter(single, millis));
        rounds.wall("force1", () -> forced(directory, 1, millis));
      }
    } finally {
      Rounds.remove(directory);
    }
    boolean threads = rounds.median("rocks64") > rounds.median("rocksBatch");
    rounds.rate(context, "journal_per_s", "journal");
    rounds.rate(context, "rocksdb_threads_per_s", "rocks64");
    rounds.rate(context, "rocksdb_batches_per_s", "rocksBatch");
    rounds.rate(context, "force64_per_s", "force64");
    rounds.rate(context, "asynchronous_per_s", "many");
    rounds.rate(context, "single_per_s", "single");
    required(context, "to_rocksdb", "journal", threads ? "rocks64" : "rocksBatch", 2);
    required(context, "to_force64", "journal", "force64", 0.12);
    required(context, "asynchronous_to_force1000", "many", "force1000", 0.5);
    required(context, "single_to_force", "single", "force1", 0.95);
  }

  private void required(ProgramContext context, String key, String of, String to, double least) {
    double ratio = rounds.ratio(context, key, of, to);
    context.say(
        key
            + " "
            + Rounds.hundredths(ratio)
            + ", required "
            + least
            + (ratio < least ? ": MISSED" : ""));
  }

  /** Each completion appends the next record: 64 are on their way at any time. */
  private long outstanding(Journal journal, long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    AtomicLong done = new AtomicLong();
    CountDownLatch left = new CountDownLatch(OUTSTANDING);
    Completion next =
        new Completion() {
          @Override
          public void completed(long sequence, @Nullable EdgeBeatException failure) {
            if (failure != null) {
              throw failure;
            }
            done.lazySet(done.get() + 1);
            if (System.nanoTime() < end) {
              journal.append(record, this);
            } else {
              left.countDown();
            }
          }
        };
    for (int i = 0; i < OUTSTANDING; i++) {
      journal.append(record, next);
    }
    left.await();
    return done.get();
  }

  /** One thread appends as fast as it can, and waits only where too much is on its way. */
  private long asynchronous(Journal journal, long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    int window = 16 * MANY;
    Semaphore room = new Semaphore(window);
    AtomicReference<@Nullable EdgeBeatException> failed = new AtomicReference<>();
    Completion counted =
        (sequence, failure) -> {
          failed.compareAndSet(null, failure);
          if (sequence % 100 == 0) {
            room.release(100);
          }
        };
    long count = 0;
    long last = 0;
    while (System.nanoTime() < end) {
      room.acquire(100);
      for (int i = 0; i < 100; i++) {
        last = journal.append(record, counted);
      }
      count += 100;
    }
    Journals.awaitDurable(journal, last);
    EdgeBeatException failure = failed.get();
    if (failure != null) {
      throw failure;
    }
    return count;
  }

  private long oneWriter(Journal journal, long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    long count = 0;
    while (System.nanoTime() < end) {
      journal.appendAndSync(record);
      count++;
    }
    return count;
  }

  /** Write and force, so many records at once, into a file that has its size already. */
  private long forced(Path directory, int batch, long millis) throws Exception {
    Path file = directory.resolve("forced");
    int room = 64 << 20;
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() < room) {
        channel.write(ByteBuffer.allocateDirect(room), 0);
        channel.force(true);
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect(batch * (RECORD + 32));
      long end = System.nanoTime() + millis * 1_000_000;
      long position = 0;
      long count = 0;
      while (System.nanoTime() < end) {
        bytes.clear();
        for (int i = 0; i < batch; i++) {
          bytes.put(record).position(bytes.position() + 32);
        }
        channel.write(bytes.flip(), position);
        channel.force(false);
        position += bytes.limit();
        position = position + bytes.limit() > room ? 0 : position;
        count += batch;
      }
      return count;
    }
  }

  private long rocksThreads(RocksDB rocks, long millis) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000;
    AtomicLong done = new AtomicLong();
    AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < OUTSTANDING; i++) {
      byte[] key = key(i, System.nanoTime());
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (WriteOptions sync = new WriteOptions().setSync(true)) {
                      long count = 0;
                      while (System.nanoTime() < end) {
                        ByteBuffer.wrap(key).putLong(8, count++);
                        rocks.put(sync, key, record);
                      }
                      done.addAndGet(count);
                    } catch (RocksDBException e) {
                      failed.set(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Exception failure = failed.get();
    if (failure != null) {
      throw failure;
    }
    return done.get();
  }

  private long rocksBatches(RocksDB rocks, long millis) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000;
    long count = 0;
    byte[] key = key(OUTSTANDING, end);
    try (WriteOptions sync = new WriteOptions().setSync(true);
        WriteBatch batch = new WriteBatch()) {
      while (System.nanoTime() < end) {
        batch.clear();
        for (int i = 0; i < OUTSTANDING; i++) {
          ByteBuffer.wrap(key).putLong(8, count++);
          batch.put(key, record);
        }
        rocks.write(sync, batch);
      }
    }
    return count;
  }

  private static byte[] key(int thread, long run) {
    return ByteBuffer.allocate(24).putLong(thread).putLong(0).putLong(run).array();
  }
}
