package io.edgebeat.core.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What does not come through is signed once more for a higher fee, and whichever comes in counts.
 */
class StuckTransactionTest {
  private static final PartitionKey FROM = PartitionKey.LISTINGS;
  private static final ActionKey ORDER = new ActionKey("tx:x", 1);
  private static final TransactionStatus PENDING = new TransactionStatus.Pending();
  private static final TransactionStatus DONE = new TransactionStatus.Done(Finality.FINAL, 9);

  private final WalletDecider decider = new WalletDecider(Duration.ofMinutes(1));
  private final WalletState live = decider.create(PartitionKey.WALLET);
  private final List<Fact> facts = new ArrayList<>();
  private final List<Event> told = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-23T00:00:00Z");

  private static SignedTransaction signed(int id) {
    byte[] hash = new byte[32];
    Arrays.fill(hash, (byte) id);
    return new SignedTransaction(
        new TransactionId(Bytes32.of(hash)),
        Address.of(Arrays.copyOf(hash, 20)),
        7,
        Blob.of(new byte[] {(byte) id}));
  }

  private void give(Event event) {
    Step step = new Step(live, now);
    decider.decide(live, event, step);
    facts.addAll(step.facts());
    step.posts().forEach(post -> told.add(post.event()));
  }

  private Map.Entry<ActionKey, Action> doing() {
    assertThat(live.outbox()).hasSize(1);
    return live.outbox().entrySet().iterator().next();
  }

  private void sentIs(int id) {
    assertThat(doing().getValue()).isEqualTo(new Action.Broadcast(signed(id)));
  }

  private void statusIs(TransactionStatus status) {
    give(new Event.StatusKnown(doing().getKey(), status));
  }

  /** Polls until something other than waiting is to be done. */
  private void waitUntilRaised() {
    for (int i = 0; i < 40 && !(doing().getValue() instanceof Action.Raise); i++) {
      statusIs(PENDING);
      if (live.outbox().isEmpty()) {
        Map.Entry<String, Instant> timer = live.timers().entrySet().iterator().next();
        now = timer.getValue();
        give(new Event.TimerFired(timer.getKey()));
      }
    }
  }

  private void order() {
    give(new Event.Order(FROM, ORDER, new LedgerCommand.VaultDeposit(Edg.of("1"))));
    give(new Event.Prepared(doing().getKey(), signed(1)));
    sentIs(1);
  }

  private void raised(int id) {
    Instant begin = now;
    waitUntilRaised();
    assertThat(Duration.between(begin, now))
        .isBetween(Duration.ofSeconds(55), Duration.ofMinutes(2));
    assertThat(doing().getValue()).isInstanceOf(Action.Raise.class);
    give(new Event.Prepared(doing().getKey(), signed(id)));
    sentIs(id);
  }

  /** What a restart reads from the journal. */
  private WalletState replayed() {
    WalletState state = decider.create(PartitionKey.WALLET);
    facts.forEach(state::evolve);
    return state;
  }

  @Test
  void theDearerOneIsSentAndCounts() {
    order();
    raised(2);
    raised(3);
    assertThat(live.unfinished()).containsExactlyInAnyOrder(signed(1), signed(2), signed(3));
    assertThat(replayed().unfinished()).containsExactlyElementsOf(live.unfinished());
    assertThat(replayed().outbox()).isEqualTo(live.outbox());
    statusIs(DONE);
    assertThat(told).containsExactly(new Event.OrderConcluded(ORDER, DONE));
    assertThat(live.unfinished()).isEmpty();
    assertThat(live.sentSince).isEmpty();
  }

  @Test
  void theCheaperOneMayComeInAfterAll() {
    order();
    raised(2);
    raised(3);
    statusIs(new TransactionStatus.Replaced(signed(1).id()));
    assertThat(told).as("its own is no stranger's").isEmpty();
    sentIs(1);
    assertThat(replayed().outbox()).isEqualTo(live.outbox());
    statusIs(DONE);
    assertThat(told).containsExactly(new Event.OrderConcluded(ORDER, DONE));
  }

  @Test
  void aStrangersEndsIt() {
    order();
    raised(2);
    TransactionStatus other = new TransactionStatus.Replaced(signed(9).id());
    statusIs(other);
    assertThat(told).containsExactly(new Event.OrderConcluded(ORDER, other));
  }

  @Test
  void aLedgerThatCannotRaiseIsAskedAgainLaterAndTheSameBytesGoOn() {
    order();
    for (ErrorCode code : List.of(ErrorCode.UNSUPPORTED, ErrorCode.LEDGER_UNAVAILABLE)) {
      waitUntilRaised();
      give(new Event.ActionFailed(doing().getKey(), code, "no", true));
      Map.Entry<String, Instant> timer = live.timers().entrySet().iterator().next();
      now = timer.getValue();
      give(new Event.TimerFired(timer.getKey()));
      sentIs(1);
      assertThat(replayed().outbox()).isEqualTo(live.outbox());
    }
    assertThat(live.unfinished()).containsExactly(signed(1));
  }

  @Test
  void whatNoNodeTakesIsRaisedButNotForWantOfMoney() {
    for (ErrorCode code : List.of(ErrorCode.LEDGER_UNAVAILABLE, ErrorCode.INSUFFICIENT_FUNDS)) {
      WalletState state = decider.create(PartitionKey.WALLET);
      List<Optional<Action>> seen = new ArrayList<>();
      Step begin = new Step(state, now);
      decider.decide(
          state, new Event.Order(FROM, ORDER, new LedgerCommand.VaultDeposit(Edg.of("1"))), begin);
      decider.decide(state, new Event.Prepared(new ActionKey("prepare", 1), signed(1)), begin);
      for (int i = 0; i < 40; i++) {
        Step step = new Step(state, now);
        ActionKey key = state.outbox().keySet().iterator().next();
        decider.decide(state, new Event.ActionFailed(key, code, "no", true), step);
        seen.add(state.outbox().values().stream().findFirst());
        if (state.outbox().isEmpty()) {
          Map.Entry<String, Instant> timer = state.timers().entrySet().iterator().next();
          now = timer.getValue();
          decider.decide(state, new Event.TimerFired(timer.getKey()), new Step(state, now));
        }
      }
      assertThat(seen.contains(Optional.of(new Action.Raise(signed(1)))))
          .as(code.toString())
          .isEqualTo(code == ErrorCode.LEDGER_UNAVAILABLE);
    }
  }
}
