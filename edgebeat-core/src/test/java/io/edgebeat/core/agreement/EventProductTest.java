package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every event in every state of both roles, as a node gives them: too late, twice, or when nobody
 * asked for it. A command that may not be is refused and changes nothing; whatever else comes is
 * carried out or has no effect, and never stops the agreement.
 */
class EventProductTest {
  private static final String WHY = "no such luck";

  private static final EveryState STATES = new EveryState(EveryState::finely);

  @BeforeAll
  static void collectsTheStates() {
    STATES.plain();
    STATES.odd();
  }

  private static Collection<EveryState.Reached> states() {
    return STATES.all().values();
  }

  /** What was decided; the same is read from its record, and leads to the same state. */
  private static List<Fact> decided(EveryState.Reached at, AgreementSide state, Event event) {
    return decided(at, state, event, at.at().plusSeconds(1));
  }

  private static List<Fact> decided(
      EveryState.Reached at, AgreementSide state, Event event, Instant when) {
    Amount paid = state.deal() == DealState.NEW ? Edg.units(0) : state.paid();
    boolean finished = state.finished();
    List<Fact> facts = at.decide(state, event, when);
    if (!facts.isEmpty()) {
      FactBatch batch = new FactBatch(at.key(), when, facts);
      AgreementSide read = at.fresh();
      TwoSides.CODEC.decode(TwoSides.CODEC.encode(batch)).facts().forEach(read::evolve);
      assertThat(StateDump.of(read)).as("%s after %s", at, event).isEqualTo(StateDump.of(state));
    }
    if (state.deal() != DealState.NEW) {
      assertThat(state.paid()).as("%s after %s", at, event).isGreaterThanOrEqualTo(paid);
    }
    boolean ended = state.deal().terminal() || state.workName().matches("DONE|SETTLED");
    assertThat(finished && !ended && !state.finished() && state.status() != AgreementStatus.OPEN)
        .as("%s goes on after %s", at, event)
        .isFalse();
    return facts;
  }

  /** It has no effect at all. */
  private static void ignored(EveryState.Reached at, AgreementSide state, Event event) {
    ignored(at, state, event, at.at().plusSeconds(1));
  }

  private static void ignored(
      EveryState.Reached at, AgreementSide state, Event event, Instant when) {
    assertThat(at.decide(state, event, when)).as("%s in %s", event, at).isEmpty();
  }

  private static void refused(EveryState.Reached at, Event event, ErrorCode code, String... parts) {
    AgreementSide state = at.fresh();
    String before = StateDump.of(state);
    refused(at, state, event, code, parts);
    assertThat(StateDump.of(state)).as("%s in %s", event, at).isEqualTo(before);
  }

  private static void refused(
      EveryState.Reached at, AgreementSide state, Event event, ErrorCode code, String... parts) {
    assertThatThrownBy(() -> at.decide(state, event, at.at().plusSeconds(1)))
        .as("%s in %s", event, at)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  @Test
  void theStatesAreThoseOfTheTables() {
    Set<String> work = new TreeSet<>();
    states().forEach(at -> work.add(at.name().split(" ", 3)[0] + " " + at.name().split(" ", 3)[1]));
    for (BuyerWork w : BuyerWork.values()) {
      assertThat(work).contains("buyer SIGNED/" + w);
    }
    for (SellerWork w : SellerWork.values()) {
      assertThat(work).contains("seller SIGNED/" + w);
    }
    for (AgreementStatus money : AgreementStatus.values()) {
      assertThat(states()).as("money %s", money).anyMatch(at -> at.name().contains(money + " "));
    }
  }

  // ---------------------------------------------------------------- answers

  @Test
  void anAnswerToWhatNobodyAskedForHasNoEffect() {
    Signature signature = Signature.of(new byte[65]);
    for (EveryState.Reached at : states()) {
      AgreementSide state = at.fresh();
      String before = StateDump.of(state);
      List<Event> late = new ArrayList<>();
      ActionKey claim = new ActionKey("claim", 99);
      late.add(new Event.Reserved(claim));
      late.add(new Event.ReserveRefused(claim, ErrorCode.BUSY, WHY));
      late.add(new Event.Acknowledged(new ActionKey("free", 99)));
      late.add(new Event.SignatureMade(new ActionKey("sign", 99), signature));
      late.add(
          new Event.Drawn(new ActionKey("draw:seed", 99), "seed", TwoSides.secret("late seed")));
      for (String kind : List.of("tx:Open", "tx:Settle", "tx:RequestClose")) {
        late.add(new Event.OrderConcluded(new ActionKey(kind, 99), failed(ErrorCode.BUSY)));
      }
      for (String kind :
          List.of("examine", "sign", "provision", "start", "fetch", "draw:seed", "query")) {
        late.add(new Event.ActionFailed(new ActionKey(kind, 99), ErrorCode.NO_ANSWER, WHY, false));
      }
      late.add(new Event.TimerFired("no such timer"));
      if (at.buyer()) {
        late.add(new Event.Fetched(new ActionKey("fetch", 99), 3));
        late.add(new Event.CancelTask(EveryState.task(77)));
      } else {
        late.add(
            new Event.Examined(
                new ActionKey("examine", 99), true, 2, new OfferPolicy.Answer.Accept()));
        late.add(new Event.Provisioned(new ActionKey("provision", 99)));
        late.add(new Event.Started(new ActionKey("start", 99)));
        late.add(new Event.UnitsAsked(state.taskNo + 7, "calls", 5));
        late.add(
            new Event.ExecutionEnded(
                state.taskNo + 7, new TaskOutcome.Stopped(WHY), Usage.NONE, 50));
      }
      late.forEach(event -> ignored(at, state, event));
      assertThat(StateDump.of(state)).as(at.name()).isEqualTo(before);
    }
  }

  @Test
  void everyAnswerIsTakenOnceAndNoFailureIsForgotten() {
    int answers = 0;
    for (EveryState.Reached at : states()) {
      for (Map.Entry<ActionKey, Action> entry : at.fresh().outbox().entrySet()) {
        for (Event answer : answers(at, entry.getKey(), entry.getValue())) {
          AgreementSide state = at.fresh();
          List<Fact> facts = decided(at, state, answer);
          if (facts.isEmpty()) {
            // What it was asked for is over, or it is asked for again.
            assertThat(StateDump.of(state)).isEqualTo(StateDump.of(at.fresh()));
            continue;
          }
          answers++;
          assertThat(state.outbox()).as("%s in %s", answer, at).doesNotContainKey(entry.getKey());
          ignored(at, state, answer);
        }
      }
    }
    assertThat(answers).as("answers that were taken").isGreaterThan(100);
  }

  private static TransactionStatus failed(ErrorCode code) {
    return new TransactionStatus.Failed(code, WHY, Finality.FINAL);
  }

  /** All that may be answered to an action. */
  private static List<Event> answers(EveryState.Reached at, ActionKey key, Action action) {
    Event failed = new Event.ActionFailed(key, ErrorCode.NO_ANSWER, WHY, false);
    return switch (action) {
      case Action.Sign a ->
          List.of(
              failed,
              new Event.SignatureMade(
                  key,
                  at.side()
                      .signer
                      .sign(
                          new SigningRequest.OfMessage(
                              at.world().protocol.ledger().domain(), a.message()))));
      case Action.Draw a ->
          List.of(failed, new Event.Drawn(key, a.what(), TwoSides.secret("another seed")));
      case Action.Examine a ->
          List.of(
              failed,
              new Event.Examined(key, true, 2, new OfferPolicy.Answer.Accept()),
              new Event.Examined(key, true, 0, new OfferPolicy.Answer.Accept()),
              new Event.Examined(key, false, 2, new OfferPolicy.Answer.Reject(WHY)),
              new Event.Examined(
                  key,
                  true,
                  2,
                  new OfferPolicy.Answer.Counter(
                      new Price(Edg.units(120), TickUnit.seconds(1), Edg.units(60)))));
      case Action.Provision a -> List.of(failed, new Event.Provisioned(key));
      case Action.Start a -> List.of(failed, new Event.Started(key));
      case Action.Fetch a -> List.of(failed, new Event.Fetched(key, 3));
      case Action.Tell a -> told(key, a.event());
      default -> List.of(failed);
    };
  }

  private static List<Event> told(ActionKey key, Event event) {
    return switch (event) {
      case Event.Reserve e -> reserved(key);
      case Event.Claim e -> reserved(key);
      case Event.Order e ->
          List.of(
              new Event.OrderConcluded(key, new TransactionStatus.Done(Finality.FINAL, 1)),
              new Event.OrderConcluded(key, failed(ErrorCode.WRONG_STATE)),
              new Event.OrderConcluded(key, failed(ErrorCode.INSUFFICIENT_FUNDS)));
      default -> List.of(new Event.Acknowledged(key));
    };
  }

  private static List<Event> reserved(ActionKey key) {
    return List.of(new Event.Reserved(key), new Event.ReserveRefused(key, ErrorCode.BUSY, WHY));
  }

  // ---------------------------------------------------------------- commands

  @Test
  void whatIsForSomebodyElseIsRefusedAndNamed() {
    for (EveryState.Reached at : states()) {
      ActionKey key = new ActionKey("publish", 1);
      List<Event> foreign =
          new ArrayList<>(
              List.of(
                  new Event.Advertise(at.world().listing(), "memory:"),
                  new Event.WithdrawListing(at.world().listing().id()),
                  new Event.CapacityIs(ResourceSpec.NONE),
                  new Event.Published(key)));
      if (at.buyer()) {
        foreign.add(new Event.Provisioned(key));
        foreign.add(new Event.UnitsAsked(1, "calls", 1));
      } else {
        foreign.add(at.world().begin);
        foreign.add(new Event.TopUpWanted(Edg.units(1)));
      }
      AgreementSide state = at.fresh();
      String before = StateDump.of(state);
      for (Event event : foreign) {
        refused(
            at,
            state,
            event,
            ErrorCode.WRONG_STATE,
            event.getClass().getSimpleName(),
            at.buyer() ? "a buyer's agreement" : "a seller's agreement");
      }
      assertThat(StateDump.of(state)).as(at.name()).isEqualTo(before);
    }
  }

  @Test
  void theBuyersCommandsAreCarriedOutWhereTheyMayBe() {
    Set<String> done = new TreeSet<>();
    for (EveryState.Reached at : states()) {
      if (at.buyer()) {
        BuyerSide s = (BuyerSide) at.fresh();
        String key = s.key.toString();
        refused(at, at.world().begin, ErrorCode.DUPLICATE, key);

        Event run = new Event.RunTask(EveryState.task(9), at.world().spec());
        if (s.idle()) {
          BuyerSide after = (BuyerSide) at.fresh();
          decided(at, after, run);
          assertThat(after.work()).as(at.name()).isEqualTo(BuyerWork.PAYING_SETUP);
          assertThat(after.taskIds()).contains(EveryState.task(9));
          misfitsAreRefused(at);
          done.add("run");
        } else {
          refused(at, run, ErrorCode.WRONG_STATE, key, s.workName());
        }

        if (s.deal() == DealState.SIGNED) {
          BuyerSide after = (BuyerSide) at.fresh();
          List<Fact> facts = decided(at, after, new Event.OpenWanted());
          assertThat(facts.isEmpty())
              .as("%s is opened already", at)
              .isEqualTo(
                  s.status() != AgreementStatus.NONE
                      || s.ordered("tx:Open")
                      || s.ordered("tx:RecordOffer"));
          ignored(at, after, new Event.OpenWanted());
          done.add("open");
        } else {
          refused(at, new Event.OpenWanted(), ErrorCode.WRONG_STATE, key, s.deal().name());
        }

        if (s.status() == AgreementStatus.OPEN) {
          BuyerSide after = (BuyerSide) at.fresh();
          decided(at, after, new Event.TopUpWanted(Edg.units(5)));
          assertThat(after.ordered("tx:TopUp")).as(at.name()).isTrue();
          done.add("top up");
        } else {
          refused(
              at,
              new Event.TopUpWanted(Edg.units(5)),
              ErrorCode.WRONG_STATE,
              key,
              s.status().name());
        }
        terminated(at);
        cancelled(at);
      }
    }
    assertThat(done).containsExactlyInAnyOrder("run", "open", "top up");
  }

  private static void misfitsAreRefused(EveryState.Reached at) {
    var spec = at.world().spec();
    refused(
        at,
        new Event.RunTask(EveryState.task(9), spec.resultAmount(Edg.units(9))),
        ErrorCode.INVALID_ARGUMENT,
        Edg.units(9).toString());
    refused(
        at,
        new Event.RunTask(
            EveryState.task(9),
            spec.limits(
                ExecutionLimits.DEFAULTS.withWallTime(spec.limits().wallTime().plusSeconds(1)))),
        ErrorCode.INVALID_ARGUMENT,
        "more than the terms give");
  }

  private static void terminated(EveryState.Reached at) {
    BuyerSide s = (BuyerSide) at.fresh();
    boolean working =
        Set.of(BuyerWork.PAYING_SETUP, BuyerWork.STREAMING, BuyerWork.ENDING).contains(s.work());
    boolean takes = s.work() == BuyerWork.IDLE || (working && !s.finishWanted);
    List<Fact> facts = decided(at, s, new Event.Terminate(WHY));
    assertThat(facts.isEmpty()).as("%s is ended", at).isEqualTo(!takes);
    if (takes) {
      assertThat(facts).contains(new Fact.Said(new PeerMessage.CloseNotice(WHY)));
      assertThat(s.work()).as(at.name()).isNotIn(BuyerWork.IDLE, BuyerWork.STREAMING);
      assertThat(s.idle()).isFalse();
    }
    ignored(at, s, new Event.Terminate(WHY));
  }

  private static void cancelled(EveryState.Reached at) {
    BuyerSide s = (BuyerSide) at.fresh();
    if (s.task == null) {
      return;
    }
    Event cancel = new Event.CancelTask(s.task);
    boolean takes =
        !s.cancelled
            && !s.finished()
            && Set.of(BuyerWork.OPENING, BuyerWork.PAYING_SETUP, BuyerWork.STREAMING)
                .contains(s.work());
    assertThat(decided(at, s, cancel).isEmpty()).as("%s is cancelled", at).isEqualTo(!takes);
    if (takes) {
      assertThat(s.cancelled || s.deal().terminal()).as(at.name()).isTrue();
    }
    ignored(at, s, cancel);
  }

  @Test
  void theSellersCommandsAreCarriedOutWhereTheyMayBe() {
    int stops = 0;
    for (EveryState.Reached at : states()) {
      if (!at.buyer()) {
        SellerSide s = (SellerSide) at.fresh();
        SellerWork work = s.work();
        boolean takes =
            work == SellerWork.IN_CONTRACT
                || Tables.SELLER.find(work, SellerEvent.STOP).isPresent();
        assertThat(decided(at, s, new Event.Terminate(WHY)).isEmpty())
            .as("%s is ended", at)
            .isEqualTo(!takes);
        if (takes) {
          stops++;
          assertThat(s.work()).isIn(SellerWork.STOPPING, SellerWork.TERMINATING);
          ignored(at, s, new Event.Terminate(WHY));
        }

        SellerSide uses = (SellerSide) at.fresh();
        long asked = uses.meter.asked();
        decided(at, uses, new Event.UnitsAsked(uses.taskNo, "calls", 5));
        assertThat(uses.meter.asked()).as(at.name()).isEqualTo(asked + (uses.running ? 5 : 0));
      }
    }
    assertThat(stops).as("states in which there is something to stop").isGreaterThan(5);
  }

  @Test
  void whoseFilesMayBeTooOldIsAskedOnceAndOnlyWhereItMatters() {
    int asked = 0;
    for (EveryState.Reached at : states()) {
      AgreementSide s = at.fresh();
      boolean matters = s.deal() == DealState.SIGNED && !s.finished();
      // Before the signature it only notes that it has to ask when there is one.
      boolean later = !s.deal().terminal() && s.deal() != DealState.SIGNED && !s.finished();
      boolean already = s.asking();
      List<Fact> facts = decided(at, s, new Event.Reopened());
      assertThat(facts.isEmpty())
          .as("%s is opened again", at)
          .isEqualTo(!(matters && !already) && !later);
      assertThat(s.asksWhenSigned).as(at.name()).isEqualTo(later);
      assertThat(s.asking()).as(at.name()).isEqualTo(matters);
      ignored(at, s, new Event.Reopened());
      if (matters) {
        asked++;
        knowsNoMore(at);
        knowsMore(at);
      }
      AgreementSide restored = at.fresh();
      if (restored.restored()) {
        decided(at, restored, new Event.RestoreAccepted());
        assertThat(restored.restored()).as(at.name()).isFalse();
      } else {
        refused(at, new Event.RestoreAccepted(), ErrorCode.WRONG_STATE, s.key.toString());
      }
    }
    assertThat(asked).isGreaterThan(20);
  }

  private static Event answer(EveryState.Reached at, long seen, long acknowledged) {
    TwoSides world = at.world();
    return new Event.Received(
        (at.buyer() ? world.sellerKey : world.buyerKey).address(),
        new PeerEnvelope(
            world.negotiation,
            0,
            seen,
            new PeerMessage.StateAnswer(Optional.empty(), acknowledged)),
        Optional.empty());
  }

  private static void knowsNoMore(EveryState.Reached at) {
    AgreementSide s = at.fresh();
    ignoredUnasked(at, s);
    decided(at, s, new Event.Reopened());
    boolean before = s.restored();
    at.decide(s, answer(at, s.said(), s.heard()), at.at().plusSeconds(1));
    assertThat(s.asking()).as(at.name()).isFalse();
    assertThat(s.restored()).as(at.name()).isEqualTo(before);
  }

  private static void ignoredUnasked(EveryState.Reached at, AgreementSide s) {
    if (!s.asking()) {
      ignored(at, s, answer(at, s.said() + 5, s.heard()));
    }
  }

  /** It has seen messages, or has heard of some, that this side's files do not have. */
  private static void knowsMore(EveryState.Reached at) {
    for (boolean said : new boolean[] {true, false}) {
      AgreementSide s = at.fresh();
      s.evolve(new Fact.PeerAsked(at.at()));
      AgreementSide before = at.fresh();
      long more = said ? s.said() + 3 : s.heard() + 3;
      List<Fact> facts =
          at.decide(s, said ? answer(at, more, 0) : answer(at, 0, more), at.at().plusSeconds(1));
      assertThat(s.restored()).as(at.name()).isTrue();
      assertThat(said ? s.said() : s.heard()).as(at.name()).isGreaterThanOrEqualTo(more);
      assertThat(facts)
          .as(at.name())
          .anyMatch(f -> f instanceof Fact.Failed e && e.code() == ErrorCode.CONFLICTING_SIGNATURE);
      assertThat(s.paid()).as("nothing is paid any more in %s", at).isEqualTo(before.paid());
    }
  }

  // ---------------------------------------------------------------- messages out of turn

  @Test
  void whoIsNotThePartnerIsNotHeardAndNobodyIsHeardTwice() {
    for (EveryState.Reached at : states()) {
      TwoSides world = at.world();
      AgreementSide s = at.fresh();
      if (s.remote().isEmpty()) {
        continue;
      }
      PeerMessage message = new PeerMessage.CloseNotice(WHY);
      refused(
          at,
          new Event.Received(
              TwoSides.key("a stranger").address(),
              new PeerEnvelope(world.negotiation, s.heard() + 1, 0, message),
              Optional.empty()),
          ErrorCode.PEER_MISBEHAVED,
          "speaks in negotiation");
      for (long sequence : new long[] {s.heard(), s.heard() + 2, 0}) {
        ignored(
            at,
            s,
            new Event.Received(
                s.remote().get(),
                new PeerEnvelope(world.negotiation, sequence, 0, message),
                Optional.empty()));
      }
    }
  }

  // ---------------------------------------------------------------- timers

  @Test
  void aTimerFiresWhenItIsDueAndNotBefore() {
    Set<String> fired = new TreeSet<>();
    for (EveryState.Reached at : states()) {
      for (Map.Entry<String, Instant> timer : at.fresh().timers().entrySet()) {
        Event event = new Event.TimerFired(timer.getKey());
        ignored(at, at.fresh(), event, timer.getValue().minusNanos(1));
        Instant due = timer.getValue().isAfter(at.at()) ? timer.getValue() : at.at();
        AgreementSide s = at.fresh();
        if (!decided(at, s, event, due).isEmpty()) {
          fired.add((at.buyer() ? "buyer " : "seller ") + timer.getKey());
        }
      }
      for (String name : List.of("offer", "open", "start", "tick", "grace", "idle", "settle")) {
        if (!at.fresh().timers().containsKey(name)) {
          ignored(at, at.fresh(), new Event.TimerFired(name), at.at().plusSeconds(1_000_000));
        }
      }
    }
    assertThat(fired)
        .containsExactlyInAnyOrder(
            "buyer offer",
            "buyer open",
            "buyer query",
            "buyer start",
            "buyer expiry",
            "buyer result",
            "buyer idle",
            "buyer settle",
            "seller offer",
            "seller open",
            "seller hold",
            "seller idle",
            "seller expiry",
            "seller tick",
            "seller grace",
            "seller result",
            "seller settle");
  }

  // ---------------------------------------------------------------- the ledger

  private static LedgerEntry entry(EveryState.Reached at, boolean retracted, LedgerEvent event) {
    return new LedgerEntry(
        1_000,
        ContentId.sha256("a block".getBytes(StandardCharsets.UTF_8)),
        7,
        at.at(),
        Finality.PENDING,
        retracted,
        event);
  }

  private static List<LedgerEvent> words(EveryState.Reached at, AgreementId id) {
    Agreement a = at.fresh().agreement();
    Amount some = Edg.units(50);
    return List.of(
        new LedgerEvent.OfferRecorded(id, a.buyer()),
        new LedgerEvent.OfferRecorded(id, TwoSides.key("anybody").address()),
        new LedgerEvent.OfferAccepted(id, a),
        new LedgerEvent.FeeDeposited(id, a.fee()),
        new LedgerEvent.FeeReclaimed(id, a.fee()),
        new LedgerEvent.Opened(id, a),
        new LedgerEvent.ToppedUp(id, a.seller(), some, some),
        new LedgerEvent.Claimed(id, some, some),
        new LedgerEvent.CloseRequested(id, at.at().plusSeconds(60)),
        new LedgerEvent.TerminationStated(id, a.buyer(), some, Bytes32.ZERO),
        new LedgerEvent.Closed(id, a.buyer(), a.seller(), some, some, some, Bytes32.ZERO),
        new LedgerEvent.Cancelled(id, a.buyer()));
  }

  /** A ledger may say anything at any time, and take it back: nobody falls over it. */
  @Test
  void theLedgersWordIsTakenOnceInEveryStateAndTakenBack() {
    for (EveryState.Reached at : states()) {
      Optional<AgreementId> id = at.fresh().id();
      if (id.isEmpty()) {
        continue;
      }
      for (LedgerEvent word : words(at, id.get())) {
        AgreementSide s = at.fresh();
        AgreementStatus before = s.status();
        ignored(at, s, new Event.OnLedger(entry(at, true, word)));
        Event seen = new Event.OnLedger(entry(at, false, word));
        assertThat(at.decide(s, seen, at.at().plusSeconds(1)))
            .as("%s in %s", word, at)
            .isNotEmpty();
        ignored(at, s, seen);
        assertThat(at.decide(s, new Event.OnLedger(entry(at, true, word)), at.at().plusSeconds(2)))
            .isNotEmpty();
        assertThat(s.status()).as("%s taken back in %s", word, at).isEqualTo(before);
      }
    }
  }

  @Test
  void whatTheLedgerSaysOfOthersHasNoEffect() {
    AgreementId other = new AgreementId(ContentId.sha256(new byte[] {77}));
    for (EveryState.Reached at : states()) {
      AgreementSide s = at.fresh();
      ignored(
          at,
          s,
          new Event.OnLedger(
              entry(at, false, new LedgerEvent.Withdrawn(at.world().listing().id()))));
      if (s.id().isPresent()) {
        for (LedgerEvent word : words(at, other)) {
          ignored(at, s, new Event.OnLedger(entry(at, false, word)));
        }
      }
      Event head =
          new Event.HeadMoved(
              new LedgerHead(2_000, ContentId.sha256(new byte[] {1}), at.at().plusSeconds(1)));
      if (s.watchesLedger()) {
        assertThat(decided(at, s, head)).as(at.name()).isNotEmpty();
      } else {
        ignored(at, s, head);
      }
    }
  }
}
