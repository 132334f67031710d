package io.edgebeat.core.agreement;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What both sides of an agreement keep: the deal, the messages, the ledger's word, the outbox. */
public abstract sealed class AgreementSide implements Partition permits BuyerSide, SellerSide {
  static final Amount ZERO = Amount.zero(Asset.EDG);
  private static final ActionKey QUERY = new ActionKey("query", 1);

  /** Why it came to nothing. */
  public record Failure(ErrorCode code, String reason) {}

  final Protocol protocol;
  final PartitionKey key;
  final NegotiationId negotiation;
  final Map<ActionKey, Action> outbox = new LinkedHashMap<>();
  final MoneyView money = new MoneyView();
  final List<Invoice.Line> lines = new ArrayList<>();

  DealState deal = DealState.NEW;
  Instant dealAt = Instant.EPOCH;
  Instant workAt = Instant.EPOCH;
  @Nullable Offer offer;
  @Nullable Offer draft;
  @Nullable Signature own;
  @Nullable Signature theirs;
  @Nullable AgreementId id;
  @Nullable Failure failure;
  @Nullable Invoice invoice;
  boolean openOverdue;
  boolean restored;

  /** A journal that ends before the signature does not know whether it was given before. */
  boolean asksWhenSigned;

  Instant askedAt = Instant.EPOCH;
  long said;
  long heard;
  long peerSaw;
  long asked;
  int taskNo;

  AgreementSide(Protocol protocol, PartitionKey key) {
    this.protocol = protocol;
    this.key = key;
    this.negotiation = new NegotiationId(key.id());
  }

  /** The other party. */
  public abstract Optional<Address> remote();

  /** The name of the state of the work, for events and displays. */
  public abstract String workName();

  /** The value of everything this side has revealed or holds. */
  public abstract Amount paid();

  /** How many ticks that is. */
  public abstract long ticks();

  @Override
  public final Map<ActionKey, Action> outbox() {
    return Collections.unmodifiableMap(outbox);
  }

  /** Folds the facts both sides share. */
  final void evolveShared(Fact fact) {
    switch (fact) {
      case Fact.Heard f -> heard = f.sequence();
      case Fact.Noted f -> heard = f.sequence();
      case Fact.Said f -> {
        said++;
        outbox.put(new ActionKey("send", said), new Action.Send(said, f.message()));
      }
      case Fact.SaidUpTo f -> said = f.sequence();
      case Fact.PeerSaw f -> {
        peerSaw = f.sequence();
        outbox.keySet().removeIf(k -> k.kind().equals("send") && k.number() <= f.sequence());
      }
      case Fact.SignatureOrdered f -> {
        draft = f.draft();
        outbox.put(
            new ActionKey("sign", f.draft().round()),
            new Action.Sign(f.draft().agreement().message()));
      }
      case Fact.AgreementSigned f -> {
        own = f.signature();
        drop("sign");
        Offer signed = draft;
        if (signed != null) {
          propose(signed);
        }
        draft = null;
      }
      case Fact.DrawOrdered f ->
          outbox.put(new ActionKey("draw:" + f.what(), 1), new Action.Draw(f.what()));
      case Fact.SecretDrawn f -> drop("draw:" + f.what());
      case Fact.DealMoved f -> {
        deal = DealState.valueOf(f.to());
        dealAt = f.at();
        if (deal == DealState.SIGNED && asksWhenSigned) {
          ask(f.at());
        }
      }
      case Fact.Asked f -> {
        asked = Math.max(asked, f.key().number());
        outbox.put(f.key(), new Action.Tell(f.to(), f.event()));
      }
      case Fact.Answered f -> outbox.remove(f.key());
      case Fact.Dropped f -> outbox.remove(f.key());
      case Fact.LedgerSeen f -> money.seen(f.entry(), agreement().buyer());
      case Fact.HeadSeen f -> money.seen(f.head());
      case Fact.OpenOverdue f -> openOverdue = true;
      case Fact.PeerAsked f -> {
        if (deal == DealState.SIGNED) {
          ask(f.at());
        } else {
          asksWhenSigned = true;
        }
      }
      case Fact.PeerAnswered f -> outbox.remove(QUERY);
      case Fact.Restored f -> {
        restored = true;
        heard = f.heard();
        if (f.said() > said) {
          // The numbers up to that were used for something else, at which nobody looks again.
          said = f.said();
          peerSaw = said;
          outbox.keySet().removeIf(k -> k.kind().equals("send") && k.number() <= said);
        }
      }
      case Fact.RestoreAccepted f -> restored = false;
      case Fact.Failed f -> failure = new Failure(f.code(), f.reason());
      default -> {}
    }
  }

  private void ask(Instant at) {
    askedAt = at;
    outbox.put(QUERY, new Action.Ask());
  }

  /** How many ticks a value pays for, besides set-up; what is beyond a result amount is ticks. */
  final long ticksWorth(Amount value) {
    Amount setup = terms().price().setup();
    return value.compareTo(setup) <= 0
        ? 0
        : value
            .minus(setup)
            .baseUnits()
            .divide(terms().price().perTick().baseUnits())
            .longValueExact();
  }

  /** Whether the other side was asked what it knows and has not answered. */
  final boolean asking() {
    return outbox.containsKey(QUERY);
  }

  /** Nothing will be signed any more, so it does not matter what the other side knows. */
  final void nobodyAsks() {
    outbox.remove(QUERY);
  }

  /**
   * Whether this side must not give its word: what it has given before is not known, or is known to
   * be more than the journal says.
   */
  final boolean tongueTied() {
    return asking() || restored;
  }

  /** Whether this side has given more of its word than its journal knew. */
  public final boolean restored() {
    return restored;
  }

  /** The best payment this side knows, for a side that asks. */
  abstract Optional<VoucherClaim> best();

  /**
   * What this side answers a side that has restarted; all of it must be durable.
   *
   * @param acknowledged the highest message of this side that the other has said to have seen; the
   *     journal may know of fewer
   */
  public final PeerMessage.StateAnswer answer(long acknowledged) {
    return new PeerMessage.StateAnswer(best(), Math.max(peerSaw, acknowledged));
  }

  /** Whether the ledger says that the channel was opened, whatever came after. */
  final boolean opened() {
    return opened(money.status());
  }

  private static boolean opened(AgreementStatus status) {
    return switch (status) {
      case OPEN, CLOSING, CLOSED -> true;
      case NONE, OFFER_RECORDED, ACCEPTED, FEE_HELD, LAPSED -> false;
    };
  }

  /** Whether the open was reorganised away just now. */
  final boolean openRetracted(AgreementStatus before) {
    return opened(before) && !opened();
  }

  /** Whether the channel is open again: the open came back, or a close was reorganised away. */
  final boolean reopened(AgreementStatus before) {
    return switch (money.status()) {
      case OPEN -> before != AgreementStatus.OPEN;
      case CLOSING -> before == AgreementStatus.CLOSED || !opened(before);
      default -> false;
    };
  }

  /** Whether the ledger holds no money of this agreement. */
  private boolean notFunded() {
    return switch (money.status()) {
      case NONE, OFFER_RECORDED, ACCEPTED -> true;
      // The buyer gets its fee back first; for the seller there is nothing left to wait for.
      case FEE_HELD -> this instanceof SellerSide;
      default -> false;
    };
  }

  /** Whether the ledger's own time says that nobody can open this agreement any more. */
  final boolean tooLateToOpen() {
    return openOverdue
        && deal == DealState.SIGNED
        && notFunded()
        && money.time().isAfter(agreement().openBy());
  }

  /** The newest proposal, by whomever. */
  final void propose(Offer proposal) {
    // The same agreement comes back signed; its id is a hash of some length.
    Agreement message = proposal.agreement().message();
    boolean same = offer != null && id != null && message.equals(offer.agreement().message());
    offer = proposal;
    id = same ? id : protocol.id(message);
  }

  final void drop(String kind) {
    outbox.keySet().removeIf(k -> k.kind().equals(kind));
  }

  final boolean ordered(String kind) {
    return outbox.keySet().stream().anyMatch(k -> k.kind().equals(kind));
  }

  /** The newest proposal. */
  public final Optional<Offer> offer() {
    return Optional.ofNullable(offer);
  }

  /** The agreement's id; the digest of the newest proposal. */
  public final Optional<AgreementId> id() {
    return Optional.ofNullable(id);
  }

  /** How far the two have come to terms. */
  public final DealState deal() {
    return deal;
  }

  /** Why it came to nothing. */
  public final Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * The invoice both have signed, or, where the agreement ended otherwise or was topped up since,
   * the one the ledger's amounts give.
   *
   * @return empty before the agreement is closed at FINAL
   */
  public final Optional<Invoice> invoice() {
    if (!money.closeFinal(protocol.ledger().finalityDepth())) {
      return Optional.empty();
    }
    return money.closed().map(this::invoiceOf);
  }

  private Invoice invoiceOf(LedgerEvent.Closed closed) {
    Invoice signed = invoice;
    boolean asSigned = signed != null && signed.paid().equals(closed.paid());
    if (signed != null && asSigned && signed.refunded().equals(closed.refunded())) {
      return signed;
    }
    Amount setup =
        signed != null && asSigned ? signed.setup() : terms().price().setup().min(closed.paid());
    long ticks =
        signed != null && asSigned
            ? signed.ticks()
            : closed
                .paid()
                .minus(setup)
                .baseUnits()
                .divide(terms().price().perTick().baseUnits())
                .longValueExact();
    return new Invoice(
        closed.id(),
        closed.buyer(),
        closed.seller(),
        agreement().deposit(),
        money.topUps(),
        agreement().fee(),
        setup,
        terms().price().perTick(),
        ticks,
        closed.paid(),
        closed.fee(),
        closed.refunded(),
        lines);
  }

  /** The highest message of the other side whose facts are part of this state. */
  public final long heard() {
    return heard;
  }

  /** How many messages of ours are part of this state. */
  public final long said() {
    return said;
  }

  /** The highest message of ours that the other side is known to have made durable. */
  public final long peerSaw() {
    return peerSaw;
  }

  /** Names the negotiation. */
  public final NegotiationId negotiation() {
    return negotiation;
  }

  /** The ledger's word, as far as it was heard. */
  public final AgreementStatus status() {
    return money.status();
  }

  /** Deposit and all top-ups that were seen, whether they are final or not. */
  public final Amount deposited() {
    return agreement().deposit().plus(money.topUps());
  }

  /** When the ledger closed it. */
  public final Optional<Instant> closedAt() {
    return money.closedAt();
  }

  /** Whether the ledger has told anything of this agreement. */
  public final boolean seenOnLedger() {
    return money.seenAny();
  }

  /**
   * Retractions of what this side has seen and the ledger no longer shows, because it was not final
   * or because the ledger says that it was taken back all the same.
   *
   * @param shown what the ledger shows of this agreement
   * @param takenBack what it says it has taken back
   * @return latest first
   */
  public final List<LedgerEntry> vanished(List<LedgerEntry> shown, List<LedgerEntry> takenBack) {
    return money.vanished(shown, takenBack, protocol.ledger().finalityDepth());
  }

  /** Whether the ledger's depth or time matters to this partition now. */
  public final boolean watchesLedger() {
    // Opened after all what had come to nothing: the buyer's deposit is to come back.
    boolean astray =
        this instanceof BuyerSide
            && deal.terminal()
            && (money.status() == AgreementStatus.OPEN
                || money.status() == AgreementStatus.CLOSING);
    return (!finished() || astray)
        && (money.waitsForDepth(protocol.ledger().finalityDepth())
            || money.deadline().isPresent()
            || (openOverdue && notFunded()));
  }

  final Agreement agreement() {
    return requireOffer().agreement().message();
  }

  final Terms terms() {
    return requireOffer().terms();
  }

  final AgreementId agreementId() {
    AgreementId known = id;
    if (known == null) {
      throw new IllegalStateException("no agreement yet in " + key);
    }
    return known;
  }

  private Offer requireOffer() {
    Offer known = offer != null ? offer : draft;
    if (known == null) {
      throw new IllegalStateException("no offer yet in " + key);
    }
    return known;
  }

  /** A message as words, for refusals. */
  static String name(PeerMessage message) {
    return message.getClass().getSimpleName();
  }
}
