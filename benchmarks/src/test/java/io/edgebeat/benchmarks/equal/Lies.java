package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.ledger.LedgerEntry;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A side that says one thing wrong. */
final class Lies implements Side {
  /** Which one. */
  enum Lie {
    /** Of a call. */
    OUTCOME,
    /** Of a call that was sent again. */
    OUTCOME_AGAIN,
    /** One event is not told. */
    LOST_EVENT,
    /** One event is told twice. */
    EVENT_TWICE,
    /** Two events are told in the wrong order. */
    ORDER,
    /** One unit is somewhere else. */
    MONEY,
    /** A deal is kept as another. */
    RECORD,
    /** A listing is kept that is none. */
    LISTING,
    /** Whoever begins to read now is told less. */
    HISTORY
  }

  private final Side side;
  private final Lie lie;

  Lies(Side side, Lie lie) {
    this.side = side;
    this.lie = lie;
  }

  private <T> T lie(Lie about, T truth, UnaryOperator<T> otherwise) {
    return lie == about ? otherwise.apply(truth) : truth;
  }

  @Override
  public Scene scene() {
    return side.scene();
  }

  @Override
  public List<String> play(Instant time, List<Step.Send> sends) {
    return lie(Lie.OUTCOME, side.play(time, sends), Lies::lastIsPending);
  }

  private static List<String> lastIsPending(List<String> outcomes) {
    List<String> others = new ArrayList<>(outcomes);
    others.set(others.size() - 1, "Pending");
    return others;
  }

  @Override
  public List<String> again(int depth, List<Integer> order, Instant time) {
    return lie(Lie.OUTCOME_AGAIN, side.again(depth, order, time), Lies::lastIsPending);
  }

  @Override
  public void pause(Instant time, boolean on) {
    side.pause(time, on);
  }

  @Override
  public List<LedgerEntry> news() {
    List<LedgerEntry> news = new ArrayList<>(side.news());
    if (!news.isEmpty()) {
      switch (lie) {
        case LOST_EVENT -> news.removeLast();
        case EVENT_TWICE -> news.add(news.getLast());
        case ORDER -> news.addFirst(news.removeLast());
        default -> {
          // The truth.
        }
      }
    }
    return news;
  }

  @Override
  public List<LedgerEntry> all() {
    return lie(Lie.HISTORY, side.all(), all -> all.subList(0, all.size() - 1));
  }

  @Override
  public List<BigInteger> money() {
    return lie(
        Lie.MONEY,
        side.money(),
        all -> {
          List<BigInteger> others = new ArrayList<>(all);
          others.set(1, others.get(1).add(BigInteger.ONE));
          return others;
        });
  }

  @Override
  public String record(int deal) {
    return lie(Lie.RECORD, side.record(deal), record -> record.replace("feePaid=0", "feePaid=1"));
  }

  @Override
  public List<String> listings() {
    return lie(Lie.LISTING, side.listings(), all -> all.reversed());
  }

  @Override
  public void close() {
    side.close();
  }
}
