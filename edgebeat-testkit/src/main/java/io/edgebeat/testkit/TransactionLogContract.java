package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.TransactionLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link TransactionLog} promises. That a ledger follows from it is in {@link
 * LedgerContract} and those beside it.
 */
@Timeout(120)
public interface TransactionLogContract {

  /**
   * Makes a log.
   *
   * @return a log without entries; the test closes it
   * @throws Exception when it cannot be made
   */
  TransactionLog createLog() throws Exception;

  /**
   * Connects another reader to a log.
   *
   * @param log a log of {@link #createLog}
   * @return the same log, as another process sees it; the test closes it
   * @throws Exception when it cannot be reached
   */
  TransactionLog again(TransactionLog log) throws Exception;

  private static Blob bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return Blob.of(bytes);
  }

  private static List<TransactionLog.Entry> from(TransactionLog log, long first) throws Exception {
    List<TransactionLog.Entry> all = new ArrayList<>();
    TransactionLog.Page page;
    do {
      page = log.read(first + all.size(), Duration.ZERO);
      assertThat(page.length()).isGreaterThanOrEqualTo(first + all.size());
      all.addAll(page.entries());
    } while (first + all.size() < page.length());
    return all;
  }

  /** All readers see the same entries in the same order, wherever they begin and whenever. */
  @Test
  default void allReadTheSameInTheSameOrder() throws Exception {
    try (TransactionLog one = createLog();
        TransactionLog other = again(one)) {
      assertThat(other.id()).isEqualTo(one.id());
      List<Callable<Integer>> calls = new ArrayList<>();
      for (int writer = 0; writer < 3; writer++) {
        TransactionLog log = writer == 0 ? one : other;
        int first = 10 * writer;
        calls.add(
            () -> {
              for (int i = first; i < first + 10; i++) {
                log.append(bytes(i, 100 + i));
              }
              return 10;
            });
      }
      assertThat(Check.atOnce(calls)).containsOnly(10);
      List<TransactionLog.Entry> all = from(one, 0);
      assertThat(all).hasSize(30);
      for (int i = 0; i < 30; i++) {
        assertThat(all).extracting(TransactionLog.Entry::transaction).contains(bytes(i, 100 + i));
      }
      assertThat(all).extracting(TransactionLog.Entry::hash).doesNotHaveDuplicates();
      List<Instant> times = all.stream().map(TransactionLog.Entry::time).toList();
      assertThat(times).isSorted();
      assertThat(from(other, 0)).isEqualTo(all);
      assertThat(from(other, 17)).isEqualTo(all.subList(17, 30));
      assertThat(from(one, 30)).isEmpty();
      TransactionLog.Page page = one.read(29, Duration.ZERO);
      assertThat(page.length()).isEqualTo(30);
      assertThat(page.time()).isAfterOrEqualTo(times.getLast());
      try (TransactionLog late = again(one)) {
        assertThat(from(late, 17)).isEqualTo(all.subList(17, 30));
        assertThat(from(late, 0)).isEqualTo(all);
      }
    }
  }

  /** It does not understand what it carries. */
  @Test
  default void whateverIsAppendedIsCarried() throws Exception {
    try (TransactionLog log = createLog()) {
      List<Blob> sent = List.of(bytes(1, 1), bytes(2, TransactionLog.MAX_BYTES), bytes(1, 1));
      for (Blob transaction : sent) {
        log.append(transaction);
      }
      assertThat(from(log, 0))
          .extracting(TransactionLog.Entry::transaction)
          .isSubsetOf(sent)
          .startsWith(sent.get(0), sent.get(1));
    }
  }

  /** Who waits is woken by an entry, and told when none came. */
  @Test
  default void whoWaitsIsWokenByAnEntry() throws Exception {
    try (TransactionLog log = createLog();
        TransactionLog other = again(log)) {
      TransactionLog.Page none = log.read(0, Duration.ofMillis(1));
      assertThat(none.entries()).isEmpty();
      assertThat(none.length()).isZero();
      Check.Running<TransactionLog.Page> waiting =
          Check.begin(() -> log.read(0, Duration.ofMinutes(10)));
      waiting.awaitWaiting();
      other.append(bytes(1, 10));
      assertThat(waiting.get().entries())
          .extracting(TransactionLog.Entry::transaction)
          .containsExactly(bytes(1, 10));
    }
  }

  /** Reads as a ledger does, which turns what happened into codes. */
  private static TransactionLog.Page reading(TransactionLog log, Duration timeout) {
    try {
      return log.read(0, timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(ErrorCode.INTERRUPTED, "interrupted");
    } catch (IOException e) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      throw new EdgeBeatException(
          interrupted ? ErrorCode.INTERRUPTED : ErrorCode.LEDGER_UNAVAILABLE, e.toString());
    }
  }

  /** Who waits can be interrupted, and is woken when the log is closed. */
  @Test
  default void whoWaitsIsWokenByClosingAndByAnInterrupt() throws Exception {
    try (TransactionLog log = createLog()) {
      TransactionLog other = again(log);
      Callable<TransactionLog.Page> wait = () -> reading(other, Duration.ofMinutes(10));
      Check.interrupted(Check.begin(wait));
      Check.Running<TransactionLog.Page> waiting = Check.begin(wait);
      waiting.awaitWaiting();
      other.close();
      assertThat(waiting.failure()).isNotEqualTo(ErrorCode.INTERRUPTED);
    }
  }

  /** A closed log is closed for one reader, who still knows which it is. */
  @Test
  default void aClosedLogIsClosed() throws Exception {
    try (TransactionLog log = createLog()) {
      TransactionLog other = again(log);
      Bytes32 id = other.id();
      other.close();
      other.close();
      assertThat(other.id()).isEqualTo(id);
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> other.append(bytes(1, 10)), () -> other.read(0, Duration.ZERO))) {
        assertThatThrownBy(call).isInstanceOfAny(IOException.class, EdgeBeatException.class);
      }
      log.append(bytes(2, 10));
      assertThat(from(log, 0)).hasSize(1);
    }
  }
}
