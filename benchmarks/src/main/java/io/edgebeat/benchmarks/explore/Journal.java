package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.engine.Fact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one side, newest first, so that states that branch share what they have in common.
 */
final class Journal {
  static final Journal EMPTY = new Journal(null, null);

  private final @Nullable Journal before;
  private final @Nullable Fact fact;

  private Journal(@Nullable Journal before, @Nullable Fact fact) {
    this.before = before;
    this.fact = fact;
  }

  Journal with(List<Fact> facts) {
    Journal journal = this;
    for (Fact more : facts) {
      journal = new Journal(journal, more);
    }
    return journal;
  }

  /** In the order in which they were decided. */
  List<Fact> facts() {
    List<Fact> facts = new ArrayList<>();
    for (Journal j = this; j != null && j.fact != null; j = j.before) {
      facts.add(j.fact);
    }
    Collections.reverse(facts);
    return facts;
  }

  /** The newest message of a kind that this side has said. */
  <M> Optional<M> said(Class<M> kind) {
    for (Journal j = this; j != null && j.fact != null; j = j.before) {
      if (j.fact instanceof Fact.Said(var message) && kind.isInstance(message)) {
        return Optional.of(kind.cast(message));
      }
    }
    return Optional.empty();
  }

  /** Whether this side has taken a message of a kind. */
  boolean heard(Class<? extends PeerMessage> kind) {
    return facts().stream()
        .anyMatch(f -> f instanceof Fact.Heard(long sequence, var m) && kind.isInstance(m));
  }

  /** Whether this side has taken a voucher. */
  boolean heardVoucher(long number) {
    return facts().stream()
        .anyMatch(
            f ->
                f instanceof Fact.Heard(long sequence, PeerMessage.VoucherSent v)
                    && v.voucher().message().sequence() == number);
  }

  /** Everything of a kind that this side has said, in order. */
  <M> List<M> allSaid(Class<M> kind) {
    List<M> all = new ArrayList<>();
    for (Journal j = this; j != null && j.fact != null; j = j.before) {
      if (j.fact instanceof Fact.Said(var message) && kind.isInstance(message)) {
        all.add(kind.cast(message));
      }
    }
    Collections.reverse(all);
    return all;
  }
}
