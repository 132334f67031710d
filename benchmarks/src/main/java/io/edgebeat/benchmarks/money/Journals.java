package io.edgebeat.benchmarks.money;

import io.edgebeat.core.journal.Completion;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import java.nio.file.Path;

/** Journals as a node has them: files, and one thread that flushes. */
final class Journals {
  /** A record that is not durable ends a measurement. */
  static final Completion FAIL =
      (sequence, failure) -> {
        if (failure != null) {
          throw failure;
        }
      };

  private Journals() {}

  static Journal open(Path directory) {
    JournalReplay nothing =
        new JournalReplay() {
          @Override
          public void snapshot(byte[] state, long upToSequence) {}

          @Override
          public void record(long sequence, byte[] payload) {}
        };
    return Journal.open(
        FileDisk.open(directory),
        JournalOptions.withNewId(new byte[JournalOptions.ID_BYTES]),
        nothing,
        Thread.ofPlatform().name("flusher").factory());
  }

  /** Waits until everything is durable that was appended. */
  static void awaitDurable(Journal journal, long last) {
    while (journal.durableSequence() < last) {
      Thread.onSpinWait();
    }
  }
}
