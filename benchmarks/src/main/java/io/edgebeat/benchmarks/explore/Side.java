package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerDecider;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.agreement.SellerDecider;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One honest side, awake: the real decider over the state that its journal gives. What concerns the
 * node alone is answered at once: reservations, capacity, its own signatures, random bytes, looking
 * at an offer, getting an image ready. What others could come between stays in the outbox:
 * transactions, messages, results.
 */
final class Side<S extends AgreementSide> {
  final S state;
  private final Stage stage;
  private final Decider<S> decider;
  private final Secret mainKey;
  private final Address remote;
  private Journal journal;
  private List<Fact> last = List.of();

  private Side(
      Stage stage,
      Decider<S> decider,
      PartitionKey key,
      Secret mainKey,
      Address remote,
      Journal journal) {
    this.stage = stage;
    this.decider = decider;
    this.mainKey = mainKey;
    this.remote = remote;
    this.journal = journal;
    this.state = decider.create(key);
    journal.facts().forEach(state::evolve);
  }

  static Side<SellerSide> seller(Stage stage, Journal journal) {
    return new Side<>(
        stage,
        new SellerDecider(stage.protocol, stage.sellerPolicy),
        stage.selling,
        stage.sellerKey,
        stage.buyer,
        journal);
  }

  static Side<BuyerSide> buyer(Stage stage, Journal journal) {
    return new Side<>(
        stage,
        new BuyerDecider(stage.protocol, stage.buyerPolicy),
        stage.buying,
        stage.buyerKey,
        stage.seller,
        journal);
  }

  /** Fires what is due, each timer once for the time it is set for. */
  void fireTimers(Instant now) {
    Map<String, Instant> fired = new HashMap<>();
    for (boolean more = true; more; ) {
      more = false;
      for (Map.Entry<String, Instant> timer : List.copyOf(state.timers().entrySet())) {
        if (!timer.getValue().isAfter(now)
            && !timer.getValue().equals(fired.put(timer.getKey(), timer.getValue()))) {
          give(new Event.TimerFired(timer.getKey()), now);
          more = true;
        }
      }
    }
  }

  /** Whether the last message was refused without any consequence. */
  boolean onlyRefused() {
    return last.stream()
        .allMatch(
            f ->
                f instanceof Fact.Noted
                    || f instanceof Fact.PeerSaw
                    || (f instanceof Fact.Said(PeerMessage.Refused m)
                        && m.code() != ErrorCode.BAD_PAYMENT));
  }

  Journal journal() {
    return journal;
  }

  /** An event, and what this side makes of it. A command that is refused changes nothing. */
  void give(Event event, Instant now) {
    decide(event, now);
    for (Optional<Event> answer = answer(); answer.isPresent(); answer = answer()) {
      decide(answer.get(), now);
    }
  }

  /** The next message of the other side. */
  void hear(PeerMessage message, Instant now) {
    give(
        new Event.Received(
            remote,
            // Everything said is taken as seen: what is sent again says nothing new.
            new PeerEnvelope(stage.negotiation, state.heard() + 1, state.said(), message),
            state instanceof SellerSide && state.deal() == DealState.NEW
                ? Optional.of(new Event.SellerSetting(stage.seller, stage.receiptKey))
                : Optional.empty()),
        now);
  }

  private void decide(Event event, Instant now) {
    Step step = new Step(state, now);
    try {
      decider.decide(state, event, step);
    } catch (EdgeBeatException refusal) {
      if (!step.facts().isEmpty()) {
        throw new IllegalStateException("refused after it was decided: " + event, refusal);
      }
    }
    last = step.facts();
    journal = journal.with(last);
  }

  private Optional<Event> answer() {
    for (Map.Entry<ActionKey, Action> open : state.outbox().entrySet()) {
      Optional<Event> answer = answer(open.getKey(), open.getValue());
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }

  private Optional<Event> answer(ActionKey key, Action action) {
    return switch (action) {
      case Action.Tell(PartitionKey to, Event.Order order) -> Optional.empty();
      case Action.Tell(PartitionKey to, Event.Reserve reserve) ->
          Optional.of(new Event.Reserved(key));
      case Action.Tell(PartitionKey to, Event.Claim claim) -> Optional.of(new Event.Reserved(key));
      case Action.Tell tell -> Optional.of(new Event.Acknowledged(key));
      case Action.Sign a ->
          Optional.of(
              new Event.SignatureMade(key, stage.protocol.sign(a.message(), mainKey).signature()));
      case Action.Draw a -> Optional.of(new Event.Drawn(key, a.what(), draw(a.what())));
      case Action.Examine a ->
          Optional.of(
              new Event.Examined(key, true, Integer.MAX_VALUE, new OfferPolicy.Answer.Accept()));
      case Action.Provision a -> Optional.of(new Event.Provisioned(key));
      case Action.Start a -> Optional.of(new Event.Started(key));
      default -> Optional.empty();
    };
  }

  /** Never the same twice, and the same in every exploration. */
  private Secret draw(String what) {
    long earlier = journal.facts().stream().filter(Fact.SecretDrawn.class::isInstance).count();
    return Stage.secret(state.getClass().getSimpleName() + what + earlier);
  }

  /** A transaction that is ordered and not concluded. */
  record Pending(ActionKey key, LedgerCommand command) {}

  /** The transactions under way. */
  List<Pending> pending() {
    List<Pending> pending = new ArrayList<>();
    state
        .outbox()
        .forEach(
            (key, action) -> {
              if (action instanceof Action.Tell(PartitionKey to, Event.Order order)) {
                pending.add(new Pending(key, order.command()));
              }
            });
    return pending;
  }

  /** What is ordered of the node's surroundings and is no transaction: an image, a result. */
  Optional<ActionKey> open(Class<? extends Action> kind) {
    return state.outbox().entrySet().stream()
        .filter(e -> kind.isInstance(e.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
