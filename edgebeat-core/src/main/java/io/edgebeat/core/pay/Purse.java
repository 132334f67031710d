package io.edgebeat.core.pay;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.net.PeerMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a buyer has paid under one agreement: the newest voucher, how many ticks of it are revealed,
 * and what the seller has acknowledged. Part of the buyer's state; changed by facts only.
 */
public final class Purse {
  private final Deque<Secret> seeds = new ArrayDeque<>();
  private final Deque<Long> bases = new ArrayDeque<>();
  private final Set<Bytes32> ackAnchors = new LinkedHashSet<>();
  private @Nullable Signed<Voucher> voucher;
  private @Nullable Chain chain;
  private int revealedHere;
  private Bytes32 preimage = Bytes32.ZERO;
  private long revealedBefore;
  private long acknowledged;
  private long receipts;
  private Bytes32 resultHash = Bytes32.ZERO;

  /** A seed was drawn; it is used once. */
  public void seed(Secret seed) {
    seeds.add(seed);
  }

  /** Whether a further chain can be made at once. */
  public boolean hasSeed() {
    return !seeds.isEmpty();
  }

  /** The voucher was signed and is going out; its chain takes the oldest seed. */
  public void vouched(Signed<Voucher> signed) {
    Voucher v = signed.message();
    revealedBefore += revealedHere;
    revealedHere = 0;
    preimage = Bytes32.ZERO;
    voucher = signed;
    if (v.tickCount() > 0) {
      bases.add(revealedBefore);
    }
    chain =
        v.tickCount() == 0 ? null : new Chain(v.agreementId(), seeds.removeFirst(), v.tickCount());
  }

  /** Ticks were revealed. */
  public void revealed(PeerMessage.Ticks ticks) {
    revealedHere = ticks.ticks();
    preimage = ticks.preimage();
  }

  /**
   * More was paid than the journal knows. The chain behind it is lost: nothing more of it can be
   * revealed.
   *
   * @param claim what proves it
   * @param ticks how many ticks that is in all
   */
  public void adopt(VoucherClaim claim, long ticks) {
    voucher = claim.voucher();
    chain = null;
    revealedHere = claim.ticks();
    preimage = claim.preimage();
    revealedBefore = Math.max(0, ticks - claim.ticks());
  }

  /** The newest voucher with everything that was revealed of it. */
  public Optional<VoucherClaim> best() {
    return Optional.ofNullable(voucher).map(v -> new VoucherClaim(v, revealedHere, preimage));
  }

  /** The seller has acknowledged the delivery of so many ticks in all. */
  public void acknowledged(long delivered) {
    acknowledged = delivered;
    prune();
  }

  /**
   * Forgets the chains that no further acknowledgement needs, as the seller does: the next one
   * reaches as far. Else each acknowledgement would be hashed up to every anchor there ever was.
   */
  private void prune() {
    while (ackAnchors.size() > 1) {
      Iterator<Long> first = bases.iterator();
      first.next();
      if (first.next() > acknowledged) {
        return;
      }
      bases.removeFirst();
      Iterator<Bytes32> anchor = ackAnchors.iterator();
      anchor.next();
      anchor.remove();
    }
  }

  /** How many of the seller's chains a further acknowledgement may belong to. */
  int ackChains() {
    return ackAnchors.size();
  }

  /**
   * The seller has signed a receipt. Its first new anchor belongs to the first voucher with ticks,
   * the next to the next, and so on.
   */
  public void receipt(Receipt receipt) {
    receipts = receipt.sequence();
    resultHash = receipt.resultHash();
    // No more anchors than vouchers with ticks: a further one belongs to nothing.
    if (!receipt.ackAnchor().isZero() && ackAnchors.size() < bases.size()) {
      ackAnchors.add(receipt.ackAnchor());
      prune();
    }
  }

  /** The result that the newest receipt vouches for; zero when it names none. */
  public Bytes32 resultHash() {
    return resultHash;
  }

  /** How many ticks are revealed in all. */
  public long revealed() {
    return revealedBefore + revealedHere;
  }

  /** How many ticks the seller says it has delivered. */
  public long acknowledged() {
    return acknowledged;
  }

  /** What everything revealed is worth. */
  public Amount value(Amount zero) {
    return voucher == null ? zero : voucher.message().value(revealedHere);
  }

  /** The newest voucher. */
  public Optional<Signed<Voucher>> voucher() {
    return Optional.ofNullable(voucher);
  }

  /** How many ticks of the newest voucher are not revealed yet. */
  public int left() {
    return voucher == null || chain == null ? 0 : voucher.message().tickCount() - revealedHere;
  }

  /**
   * Checks that a preimage proves that the seller itself has acknowledged so many ticks.
   *
   * @param id the agreement
   * @param ack the acknowledgement
   * @param unpaid how many ticks the seller may begin before they are paid; beyond that nothing can
   *     have been delivered, and who says so wants to be paid ahead
   * @throws EdgeBeatException {@code BAD_PAYMENT} naming the tick
   */
  public void check(AgreementId id, PeerMessage.Ack ack, int unpaid) {
    if (ack.delivered() > revealed() + unpaid) {
      throw bad(
          "acknowledgement of tick "
              + ack.delivered()
              + " is not possible: "
              + revealed()
              + " are paid, "
              + unpaid
              + " may begin unpaid");
    }
    if (!hashesUp(id, ack)) {
      throw bad(
          "acknowledgement of tick " + ack.delivered() + " does not hash up to a receipt's anchor");
    }
  }

  /**
   * Checks all of a receipt but its signature.
   *
   * @param receipt the receipt
   * @param id the agreement
   * @throws EdgeBeatException {@code BAD_PAYMENT} naming the offending value
   */
  public void check(Receipt receipt, AgreementId id) {
    if (!receipt.agreementId().equals(id)) {
      throw bad(
          "receipt "
              + receipt.sequence()
              + " is for agreement "
              + receipt.agreementId()
              + ", not for "
              + id);
    }
    // A gap is no fault: what came while the open was reorganised away was refused.
    if (receipt.sequence() <= receipts) {
      throw bad("receipt " + receipt.sequence() + " comes after receipt " + receipts);
    }
    Amount paid = value(Amount.zero(receipt.cumulative().asset()));
    if (receipt.cumulative().compareTo(paid) > 0) {
      throw bad(
          "receipt "
              + receipt.sequence()
              + " is for "
              + receipt.cumulative()
              + ", only "
              + paid
              + " was revealed");
    }
  }

  private static EdgeBeatException bad(String message) {
    return new EdgeBeatException(ErrorCode.BAD_PAYMENT, message);
  }

  private boolean hashesUp(AgreementId id, PeerMessage.Ack ack) {
    Iterator<Long> base = bases.iterator();
    for (Bytes32 anchor : ackAnchors) {
      long steps = ack.delivered() - base.next();
      if (steps > 0
          && steps <= 2L * Voucher.MAX_TICKS
          && TickChain.back(id, ack.preimage(), (int) steps).equals(anchor)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The message that reveals ticks of the newest voucher.
   *
   * @param upTo how many of this voucher in all
   */
  public PeerMessage.Ticks reveal(int upTo) {
    Signed<Voucher> v = voucher;
    Chain own = chain;
    if (v == null || own == null || upTo <= revealedHere || upTo > own.length()) {
      throw new IllegalStateException("no tick " + upTo + " to reveal");
    }
    return new PeerMessage.Ticks(v.message().sequence(), upTo, own.link(upTo));
  }

  /** How many ticks of the newest voucher are revealed. */
  public int revealedHere() {
    return revealedHere;
  }

  /**
   * The next voucher: everything revealed so far, a plain payment on top, and a new chain.
   *
   * @param id the agreement
   * @param plain what is paid beside ticks: set-up in the first, a held-back result amount in the
   *     last
   * @param tickAmount the price of a tick
   * @param cap the most the channel can pay
   * @param wanted how many ticks are wanted; 0 for a plain voucher
   * @param usageHash what the seller has reported and this side does not dispute
   * @return the voucher, with as many ticks as the channel can pay for
   */
  public Voucher next(
      AgreementId id, Amount plain, Amount tickAmount, Amount cap, int wanted, Bytes32 usageHash) {
    Amount zero = Amount.zero(cap.asset());
    Amount cumulative = value(zero).plus(plain);
    int affordable =
        cumulative.compareTo(cap) >= 0
            ? 0
            : cap.minus(cumulative)
                .baseUnits()
                .divide(tickAmount.baseUnits())
                .min(java.math.BigInteger.valueOf(wanted))
                .intValueExact();
    Secret seed = seeds.peekFirst();
    boolean ticks = affordable > 0 && seed != null;
    Bytes32 anchor =
        ticks && seed != null
            ? TickChain.back(id, Bytes32.of(seed.reveal()), affordable)
            : Bytes32.ZERO;
    return new Voucher(
        id,
        voucher == null ? 1 : voucher.message().sequence() + 1,
        cumulative,
        anchor,
        ticks ? tickAmount : zero,
        ticks ? affordable : 0,
        usageHash);
  }
}
