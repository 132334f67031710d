package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.testkit.LedgerBench.Party;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Ledger} promises of connections, transactions and events. What its commands do
 * with money is in {@link LedgerMoneyContract}.
 */
@Timeout(300)
public interface LedgerContract {

  /**
   * Makes a ledger.
   *
   * @return a ledger without history; the test closes it
   * @throws Exception when it cannot be made
   */
  LedgerBench createBench() throws Exception;

  /**
   * Whether a transaction that is stuck can be replaced by one with a higher fee.
   *
   * @return false for a ledger without fees
   */
  default boolean hasFees() {
    return false;
  }

  /** A ledger is one thing for its whole life. */
  @Test
  default void saysWhatItIs() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.SELLER);
      LedgerInfo info = ledger.info();
      assertThat(ledger.info()).isEqualTo(info);
      assertThat(p.of(Party.BUYER).info()).isEqualTo(info);
      assertThat(ledger.account()).isEqualTo(p.address(Party.SELLER));
      assertThat(info.domain().name()).isEqualTo("EdgeBeat");
      assertThat(info.domain().version()).isEqualTo("1");
      assertThat(info.finalityDepth()).isNotNegative();
      assertThat(info.parameters().minChallenge())
          .isPositive()
          .isLessThanOrEqualTo(info.parameters().maxChallenge());
    }
  }

  /** A command is either listed and prepared, or not listed and refused by its name. */
  @Test
  default void knowsTheCommandsItListsAndNoOthers() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.BUYER);
      List<LedgerCommand> commands = CommandSamples.all(p);
      assertThat(commands)
          .as("samples of every command there is")
          .<Object>extracting(Object::getClass)
          .containsExactlyInAnyOrder((Object[]) LedgerCommand.class.getPermittedSubclasses());
      for (LedgerCommand command : commands) {
        if (p.info().commands().contains(command.getClass())) {
          SignedTransaction prepared = ledger.prepare(command);
          assertThat(prepared.sender()).isEqualTo(ledger.account());
          ledger.abandon(prepared);
        } else {
          Check.refused(ErrorCode.UNSUPPORTED, command.name(), () -> ledger.prepare(command));
        }
      }
    }
  }

  /** Where there are no fees, none can be raised. */
  @Test
  default void onlyAFeeThatIsThereCanBeRaised() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.BUYER);
      SignedTransaction stuck = ledger.prepare(transfer(p, 1));
      if (!hasFees()) {
        Check.refused(
            ErrorCode.UNSUPPORTED,
            stuck.id().toString(),
            () -> ledger.replace(stuck, new FeeHint(10)));
        return;
      }
      SignedTransaction raised = ledger.replace(stuck, new FeeHint(10));
      assertThat(raised.nonce()).isEqualTo(stuck.nonce());
      assertThat(raised.id()).isNotEqualTo(stuck.id());
      ledger.broadcast(raised);
      p.awaitDone(ledger, raised);
      assertThat(p.balance(Party.SELLER)).isEqualTo(p.tokens(1).plus(p.funds(Party.SELLER)));
    }
  }

  private static LedgerCommand transfer(Parties p, long tokens) {
    return new LedgerCommand.Transfer(p.address(Party.SELLER), p.tokens(tokens));
  }

  /** The same bytes may be sent again and again: they count once. */
  @Test
  default void theSameBytesCountOnce() throws Exception {
    try (Parties p = new Parties(createBench())) {
      SignedTransaction sent = p.send(Party.BUYER, transfer(p, 3));
      p.of(Party.BUYER).broadcast(sent);
      p.of(Party.BUYER).broadcast(sent);
      p.bench().confirm();
      p.of(Party.BUYER).broadcast(sent);
      assertThat(p.of(Party.BUYER).status(sent.id()))
          .isInstanceOfSatisfying(
              TransactionStatus.Done.class,
              done -> assertThat(done.finality()).isEqualTo(Finality.FINAL));
      assertThat(p.balance(Party.SELLER)).isEqualTo(p.funds(Party.SELLER).plus(p.tokens(3)));
      assertThat(p.entries(100))
          .filteredOn(e -> e.event() instanceof LedgerEvent.Transferred)
          .hasSize(1);
    }
  }

  /** Preparing sends nothing, and a nonce that was given back is used again. */
  @Test
  default void preparingSendsNothing() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.BUYER);
      SignedTransaction prepared = ledger.prepare(transfer(p, 3));
      assertThat(ledger.status(prepared.id())).isInstanceOf(TransactionStatus.Unknown.class);
      assertThat(p.balance(Party.SELLER)).isEqualTo(p.funds(Party.SELLER));
      ledger.abandon(prepared);
      SignedTransaction next = ledger.prepare(transfer(p, 4));
      assertThat(next.nonce()).isEqualTo(prepared.nonce());
      ledger.broadcast(next);
      p.awaitDone(ledger, next);
    }
  }

  /** An account's transactions run in the order of their nonces, in whatever order they come. */
  @Test
  default void transactionsOfAnAccountRunInOrder() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.BUYER);
      SignedTransaction first = ledger.prepare(transfer(p, 1));
      SignedTransaction second = ledger.prepare(transfer(p, 2));
      assertThat(second.nonce()).isEqualTo(first.nonce() + 1);
      ledger.broadcast(second);
      assertThat(ledger.status(second.id())).isInstanceOf(TransactionStatus.Pending.class);
      assertThat(p.balance(Party.SELLER)).isEqualTo(p.funds(Party.SELLER));
      ledger.broadcast(first);
      p.awaitDone(ledger, first);
      p.awaitDone(ledger, second);
      assertThat(p.entries(100))
          .extracting(LedgerEntry::event)
          .filteredOn(LedgerEvent.Transferred.class::isInstance)
          .extracting(e -> ((LedgerEvent.Transferred) e).amount())
          .containsExactly(p.tokens(1), p.tokens(2));
    }
  }

  /** What was journaled before a restart keeps its nonce and can be sent after it. */
  @Test
  default void restoredTransactionsKeepTheirNonces() throws Exception {
    try (Parties p = new Parties(createBench())) {
      SignedTransaction journaled;
      try (Ledger before = p.bench().connect(Party.STRANGER)) {
        journaled = before.prepare(transfer(p, 1));
      }
      Ledger after = p.of(Party.STRANGER);
      after.restore(List.of(journaled));
      SignedTransaction next = after.prepare(transfer(p, 2));
      assertThat(next.nonce()).isEqualTo(journaled.nonce() + 1);
      after.broadcast(journaled);
      after.broadcast(next);
      p.awaitDone(after, journaled);
      p.awaitDone(after, next);
    }
  }

  /** What it has never heard of is answered as that, without an error. */
  @Test
  default void whatItHasNeverHeardOfIsNothing() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.BUYER);
      Bytes32 hash = ContentId.sha256(new byte[] {9});
      Address nobody = Address.of(new byte[20]);
      for (Finality at : Finality.values()) {
        AgreementRecord record = ledger.agreement(new AgreementId(hash), at);
        assertThat(record.status()).isEqualTo(AgreementStatus.NONE);
        assertThat(record.id()).isEqualTo(new AgreementId(hash));
        assertThat(
                List.of(
                    record.deposit(),
                    record.topUps(),
                    record.claimed(),
                    record.feeHeld(),
                    record.paid(),
                    record.refunded(),
                    record.feePaid()))
            .containsOnly(p.tokens(0));
        assertThat(record.deadline()).isEmpty();
        assertThat(ledger.listing(new ListingId(nobody, hash), at)).isEmpty();
        assertThat(ledger.balance(nobody, at)).isEqualTo(p.tokens(0));
        assertThat(ledger.vault(nobody, at)).isEqualTo(p.tokens(0));
      }
      assertThat(ledger.status(new TransactionId(hash)))
          .isInstanceOf(TransactionStatus.Unknown.class);
    }
  }

  /** What is not final yet is seen by whoever asks for less, and becomes final. */
  @Test
  default void answersAtTheFinalityAskedFor() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.BUYER);
      SignedTransaction sent = p.send(Party.BUYER, transfer(p, 3));
      Amount before = p.funds(Party.SELLER);
      Amount after = before.plus(p.tokens(3));
      assertThat(ledger.balance(p.address(Party.SELLER), Finality.PENDING)).isEqualTo(after);
      if (p.info().finalityDepth() > 0) {
        assertThat(ledger.balance(p.address(Party.SELLER), Finality.FINAL)).isEqualTo(before);
        assertThat(p.entries(100).getLast().finality()).isNotEqualTo(Finality.FINAL);
      }
      p.bench().confirm();
      for (Finality at : Finality.values()) {
        assertThat(ledger.balance(p.address(Party.SELLER), at)).isEqualTo(after);
      }
      assertThat(p.entries(100).getLast().finality()).isEqualTo(Finality.FINAL);
      assertThat(((TransactionStatus.Done) ledger.status(sent.id())).finality())
          .isEqualTo(Finality.FINAL);
    }
  }

  /** However a reader pages, it reads the same, in order, and goes on where it was. */
  @Test
  default void pagesGoOnWhereTheyEnded() throws Exception {
    try (Parties p = new Parties(createBench())) {
      for (int i = 1; i <= 5; i++) {
        p.send(Party.BUYER, transfer(p, i));
      }
      p.bench().confirm();
      List<LedgerEntry> all = p.entries(100);
      assertThat(all).hasSizeGreaterThanOrEqualTo(5);
      assertThat(all)
          .isSortedAccordingTo(
              Comparator.comparingLong(LedgerEntry::block).thenComparingInt(LedgerEntry::index));
      assertThat(p.entries(1)).isEqualTo(all);
      assertThat(p.entries(2)).isEqualTo(all);
      assertThat(Parties.entries(p.of(Party.STRANGER), 3)).isEqualTo(all);
      EventPage page = p.of(Party.BUYER).awaitEvents(LedgerCursor.START, 100, Duration.ZERO);
      assertThat(page.head().number()).isGreaterThanOrEqualTo(all.getLast().block());
      EventPage empty = p.of(Party.BUYER).awaitEvents(page.next(), 100, Duration.ofMillis(1));
      assertThat(empty.entries()).isEmpty();
      p.send(Party.BUYER, transfer(p, 6));
      assertThat(p.of(Party.BUYER).awaitEvents(empty.next(), 100, Check.PATIENCE).entries())
          .isNotEmpty();
    }
  }

  /** Who waits for events is woken by one. */
  @Test
  default void whoWaitsIsWokenByAnEvent() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.of(Party.SELLER);
      Check.Running<EventPage> waiting =
          Check.begin(() -> ledger.awaitEvents(LedgerCursor.START, 10, Duration.ofMinutes(10)));
      waiting.awaitWaiting();
      p.send(Party.BUYER, transfer(p, 1));
      assertThat(waiting.get().entries()).isNotEmpty();
    }
  }

  /** Who waits for events is woken when the ledger is closed, and can be interrupted. */
  @Test
  default void whoWaitsIsWokenByClosingAndByAnInterrupt() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.bench().connect(Party.STRANGER);
      Callable<EventPage> wait =
          () -> ledger.awaitEvents(LedgerCursor.START, 10, Duration.ofMinutes(10));
      Check.interrupted(Check.begin(wait));
      Check.Running<EventPage> waiting = Check.begin(wait);
      waiting.awaitWaiting();
      ledger.close();
      assertThat(waiting.failure()).isEqualTo(ErrorCode.CLOSED);
    }
  }

  /** What a reorganisation drops is told again, retracted, latest first; then it is no more. */
  @Test
  default void whatIsDroppedIsRetractedLatestFirst() throws Exception {
    try (Parties p = new Parties(createBench())) {
      p.send(Party.BUYER, transfer(p, 1));
      p.bench().confirm();
      EventPage before = p.of(Party.BUYER).awaitEvents(LedgerCursor.START, 100, Duration.ZERO);
      p.send(Party.BUYER, transfer(p, 2));
      SignedTransaction last = p.send(Party.BUYER, transfer(p, 3));
      EventPage dropped = p.of(Party.BUYER).awaitEvents(before.next(), 100, Duration.ZERO);
      if (!p.bench().reorganise()) {
        assertThat(p.info().finalityDepth() == 0 || !dropped.entries().isEmpty()).isTrue();
        return;
      }
      List<LedgerEntry> told =
          p.of(Party.BUYER).awaitEvents(dropped.next(), 100, Check.PATIENCE).entries();
      assertThat(told).allMatch(LedgerEntry::retracted);
      assertThat(told)
          .extracting(LedgerEntry::event)
          .isEqualTo(dropped.entries().reversed().stream().map(LedgerEntry::event).toList());
      assertThat(p.balance(Party.SELLER)).isEqualTo(p.funds(Party.SELLER).plus(p.tokens(1)));
      assertThat(p.of(Party.BUYER).status(last.id())).isNotInstanceOf(TransactionStatus.Done.class);
    }
  }

  /** Calls of many threads and accounts may overlap; each transaction counts, once. */
  @Test
  default void callsMayOverlap() throws Exception {
    try (Parties p = new Parties(createBench())) {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (Party party : List.of(Party.BUYER, Party.BUYER, Party.STRANGER, Party.STRANGER)) {
        Ledger ledger = p.of(party);
        calls.add(
            () -> {
              for (int i = 0; i < 5; i++) {
                SignedTransaction t = ledger.prepare(transfer(p, 1));
                ledger.broadcast(t);
                p.awaitDone(ledger, t);
              }
              return 5;
            });
      }
      assertThat(Check.atOnce(calls)).containsOnly(5);
      assertThat(p.balance(Party.SELLER)).isEqualTo(p.funds(Party.SELLER).plus(p.tokens(20)));
      assertThat(p.balance(Party.BUYER)).isEqualTo(p.funds(Party.BUYER).minus(p.tokens(10)));
    }
  }

  /** A closed ledger is closed for every call but those that say what it is. */
  @Test
  default void aClosedLedgerIsClosed() throws Exception {
    try (Parties p = new Parties(createBench())) {
      Ledger ledger = p.bench().connect(Party.STRANGER);
      SignedTransaction prepared = ledger.prepare(transfer(p, 1));
      LedgerInfo info = ledger.info();
      Agreement agreement = p.agreement(1, Agreement.Funding.WALLET);
      ListingId listing = new ListingId(ledger.account(), Parties.INVOICE);
      ledger.close();
      ledger.close();
      assertThat(ledger.info()).isEqualTo(info);
      assertThat(ledger.account()).isEqualTo(p.address(Party.STRANGER));
      List<Check.Call> calls =
          List.of(
              () -> ledger.prepare(transfer(p, 1)),
              () -> ledger.broadcast(prepared),
              () -> ledger.restore(List.of(prepared)),
              () -> ledger.abandon(prepared),
              () -> ledger.status(prepared.id()),
              () -> ledger.agreement(p.id(agreement), Finality.PENDING),
              () -> ledger.listing(listing, Finality.PENDING),
              () -> ledger.balance(info.domain().verifyingContract(), Finality.PENDING),
              () -> ledger.vault(info.domain().verifyingContract(), Finality.PENDING),
              () -> ledger.awaitEvents(LedgerCursor.START, 1, Duration.ZERO));
      for (Check.Call call : calls) {
        Check.refused(ErrorCode.CLOSED, call);
      }
      // An unsupported call may say either; both are true.
      try {
        ledger.replace(prepared, new FeeHint(10));
        throw new AssertionError("replace on a closed ledger returned");
      } catch (EdgeBeatException e) {
        assertThat(e.code())
            .isIn(ErrorCode.CLOSED, hasFees() ? ErrorCode.CLOSED : ErrorCode.UNSUPPORTED);
      }
    }
  }
}
