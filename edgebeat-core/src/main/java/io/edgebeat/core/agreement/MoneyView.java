package io.edgebeat.core.agreement;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one side has seen of its agreement on the ledger. Always the fold of the entries that still
 * hold, so that a retraction is the state before.
 */
final class MoneyView {
  private final List<LedgerEntry> entries = new ArrayList<>();
  private long head = -1;
  private Instant time = Instant.EPOCH;

  private AgreementStatus status = AgreementStatus.NONE;
  private @Nullable Agreement opened;
  private Amount topUps = Amount.zero(Asset.EDG);
  private Amount claimed = Amount.zero(Asset.EDG);
  private Optional<Instant> deadline = Optional.empty();
  private LedgerEvent.@Nullable Closed closed;
  private boolean literal;
  private @Nullable LedgerEntry openEntry;
  private @Nullable LedgerEntry closeEntry;

  /**
   * The ledger has told something.
   *
   * @param buyer whose recorded offer counts
   */
  void seen(LedgerEntry entry, Address buyer) {
    if (entry.retracted()) {
      entries.removeIf(e -> isSame(e, entry));
    } else {
      entries.add(entry);
    }
    moved(entry.block(), entry.time());
    status = AgreementStatus.NONE;
    opened = null;
    topUps = Amount.zero(Asset.EDG);
    claimed = Amount.zero(Asset.EDG);
    deadline = Optional.empty();
    closed = null;
    literal = false;
    openEntry = null;
    closeEntry = null;
    entries.forEach(e -> fold(e, buyer));
  }

  /** Whether an entry is known already; the follower may show it again after a restart. */
  boolean knows(LedgerEntry entry) {
    boolean here = entries.stream().anyMatch(e -> isSame(e, entry));
    return here != entry.retracted();
  }

  void seen(LedgerHead at) {
    moved(at.number(), at.time());
  }

  private void moved(long number, Instant at) {
    head = Math.max(head, number);
    time = at.isAfter(time) ? at : time;
  }

  /** Whether anything was seen that still holds. */
  boolean seenAny() {
    return !entries.isEmpty();
  }

  private void fold(LedgerEntry entry, Address buyer) {
    switch (entry.event()) {
      case LedgerEvent.OfferRecorded e when !e.sender().equals(buyer) -> {
        // Anybody can record any id; that says nothing.
      }
      case LedgerEvent.OfferRecorded e -> {
        literal = true;
        if (status == AgreementStatus.NONE) {
          status = AgreementStatus.OFFER_RECORDED;
        }
      }
      case LedgerEvent.OfferAccepted e -> status = AgreementStatus.ACCEPTED;
      case LedgerEvent.FeeDeposited e -> status = AgreementStatus.FEE_HELD;
      case LedgerEvent.FeeReclaimed e -> status = AgreementStatus.LAPSED;
      case LedgerEvent.Cancelled e -> status = AgreementStatus.LAPSED;
      case LedgerEvent.Opened e -> {
        status = AgreementStatus.OPEN;
        opened = e.agreement();
        openEntry = entry;
      }
      case LedgerEvent.ToppedUp e -> topUps = e.topUps();
      case LedgerEvent.Claimed e -> claimed = e.claimed();
      case LedgerEvent.CloseRequested e -> {
        status = AgreementStatus.CLOSING;
        deadline = Optional.of(e.deadline());
      }
      case LedgerEvent.Closed e -> {
        status = AgreementStatus.CLOSED;
        closed = e;
        closeEntry = entry;
      }
      default -> {}
    }
  }

  AgreementStatus status() {
    return status;
  }

  /** Whether the white paper's single steps are taken. */
  boolean literal() {
    return literal;
  }

  /** Deposit and the top-ups that are FINAL; what is not could still go. */
  Amount funded(Agreement agreement, int depth) {
    return (opened == null ? agreement : opened).deposit().plus(finalTopUps(depth));
  }

  /** The top-ups that are FINAL. */
  Amount finalTopUps(int depth) {
    Amount sum = Amount.zero(Asset.EDG);
    for (LedgerEntry entry : entries) {
      if (entry.event() instanceof LedgerEvent.ToppedUp e && isFinal(entry, depth)) {
        sum = sum.plus(e.amount());
      }
    }
    return sum;
  }

  /** Whether the top-ups have once been just this much: anybody can add more at any moment. */
  boolean wasToppedUpTo(Amount sum) {
    return sum.isZero()
        || entries.stream()
            .anyMatch(e -> e.event() instanceof LedgerEvent.ToppedUp t && t.topUps().equals(sum));
  }

  /**
   * Retractions of what is no longer there, latest first. That something final is not shown proves
   * nothing; that it was taken back the ledger must say.
   *
   * @param shown what the ledger shows now
   * @param takenBack what the ledger says it has taken back
   */
  List<LedgerEntry> vanished(List<LedgerEntry> shown, List<LedgerEntry> takenBack, int depth) {
    List<LedgerEntry> gone = new ArrayList<>();
    for (LedgerEntry entry : entries.reversed()) {
      boolean mayGo = !isFinal(entry, depth) || takenBack.stream().anyMatch(t -> isSame(t, entry));
      if (mayGo && shown.stream().noneMatch(s -> isSame(s, entry))) {
        gone.add(
            new LedgerEntry(
                entry.block(),
                entry.blockHash(),
                entry.index(),
                entry.time(),
                Finality.PENDING,
                true,
                entry.event()));
      }
    }
    return gone;
  }

  /** Whether two entries are about the same event in the same place. */
  private static boolean isSame(LedgerEntry a, LedgerEntry b) {
    return a.blockHash().equals(b.blockHash()) && a.index() == b.index();
  }

  Amount topUps() {
    return topUps;
  }

  Amount claimed() {
    return claimed;
  }

  Optional<Instant> deadline() {
    return deadline;
  }

  Optional<LedgerEvent.Closed> closed() {
    return Optional.ofNullable(closed);
  }

  /** The time of the block that closed it. */
  Optional<Instant> closedAt() {
    return Optional.ofNullable(closeEntry).map(LedgerEntry::time);
  }

  /** The ledger's time as far as it was seen. */
  Instant time() {
    return time;
  }

  boolean openFinal(int depth) {
    return isFinal(openEntry, depth);
  }

  boolean closeFinal(int depth) {
    return isFinal(closeEntry, depth);
  }

  /** Whether something was seen that is not final yet, so that the ledger's head matters. */
  boolean waitsForDepth(int depth) {
    return entries.stream().anyMatch(e -> !isFinal(e, depth));
  }

  private boolean isFinal(@Nullable LedgerEntry entry, int depth) {
    return entry != null && (entry.finality() == Finality.FINAL || head - entry.block() >= depth);
  }
}
