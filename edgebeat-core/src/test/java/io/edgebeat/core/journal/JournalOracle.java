package io.edgebeat.core.journal;

import io.edgebeat.api.error.EdgeBeatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a journal has promised, and whether it keeps it: every reported record survives, in order,
 * none is invented, and what a replay has delivered once is delivered by every later one.
 */
final class JournalOracle implements JournalReplay {
  private final List<byte[]> appended = new ArrayList<>();
  private long promised;
  private long lastReported;
  private long replayed;

  /** Appends a random record; false if the journal refused it. */
  boolean append(Journal journal, SplittableRandom random, int maxBytes) {
    byte[] payload = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(maxBytes + 1)];
    random.nextBytes(payload);
    if (random.nextInt(8) == 0) {
      Arrays.fill(payload, (byte) 0);
    }
    return append(journal, payload);
  }

  boolean append(Journal journal, byte[] payload) {
    appended.add(payload);
    try {
      long sequence = journal.append(payload, this::completed);
      check(sequence == appended.size(), "append returned " + sequence);
      return true;
    } catch (EdgeBeatException e) {
      appended.removeLast();
      return false;
    }
  }

  private void completed(long sequence, @Nullable EdgeBeatException failure) {
    check(sequence == lastReported + 1, "reported " + sequence + " behind " + lastReported);
    lastReported = sequence;
    if (failure == null) {
      check(promised == sequence - 1, "reported " + sequence + " after a failure");
      promised = sequence;
    }
  }

  long promised() {
    return promised;
  }

  long appended() {
    return appended.size();
  }

  /** A state that only these records lead to. */
  byte[] state(long upTo) {
    CRC32C crc = new CRC32C();
    for (byte[] payload : appended.subList(0, (int) upTo)) {
      crc.update(payload.length);
      crc.update(payload);
    }
    return ByteBuffer.allocate(40).putLong(upTo).putLong(crc.getValue()).array();
  }

  @Override
  public void snapshot(byte[] state, long upTo) {
    check(replayed == 0, "a snapshot after record " + replayed);
    check(upTo <= appended.size(), "snapshot of records that never were: " + upTo);
    check(Arrays.equals(state, state(upTo)), "the snapshot has another state");
    replayed = upTo;
  }

  @Override
  public void record(long sequence, byte[] payload) {
    check(sequence == replayed + 1, "replayed " + sequence + " behind " + replayed);
    check(sequence <= appended.size(), "replayed a record that never was: " + sequence);
    check(
        Arrays.equals(payload, appended.get((int) sequence - 1)),
        "record " + sequence + " has other bytes");
    replayed = sequence;
  }

  /** Before an opening. */
  void beforeOpen() {
    replayed = 0;
  }

  /** After an opening that succeeded: everything promised is there, and what is there is kept. */
  void afterOpen(Journal journal) {
    check(replayed >= promised, "record " + (replayed + 1) + " of " + promised + " is lost");
    check(journal.recovery().nextSequence() == replayed + 1, "the next number is wrong");
    check(journal.durableSequence() == replayed, "the durable number is wrong");
    while (appended.size() > replayed) {
      appended.removeLast();
    }
    promised = replayed;
    lastReported = replayed;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
