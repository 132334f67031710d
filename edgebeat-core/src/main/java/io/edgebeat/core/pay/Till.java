package io.edgebeat.core.pay;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.net.PeerMessage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a seller holds under one agreement: the newest voucher with its highest preimage, the best
 * claim, and its own chains of acknowledgements. Part of the seller's state; changed by facts only.
 */
public final class Till {
  /**
   * One chain of acknowledgements, for the ticks of one voucher and those begun unpaid after it.
   */
  private static final class AckChain {
    final long base;
    final Chain chain;

    AckChain(long base, Chain chain) {
      this.base = base;
      this.chain = chain;
    }
  }

  /** How many vouchers with ticks may wait for the delivery of what was paid with them. */
  private static final int MAX_CHAINS = 64;

  private final TreeMap<Long, AckChain> ackChains = new TreeMap<>();
  private final TreeMap<Long, Long> bases = new TreeMap<>();
  private final Map<Long, Integer> lengths = new TreeMap<>();
  private @Nullable Chain newest;
  private @Nullable Signed<Voucher> voucher;
  private Bytes32 held = Bytes32.ZERO;
  private int heldHere;
  private long heldBefore;
  private @Nullable VoucherClaim best;
  private long acknowledged;
  private long receipts;

  /**
   * Checks a voucher; its signature was checked before.
   *
   * @param next the voucher
   * @param id the agreement it must be for
   * @param tickAmount the price of a tick in the terms
   * @param cap deposit and top-ups
   * @throws EdgeBeatException {@code BAD_PAYMENT} naming the value
   */
  public void check(Voucher next, AgreementId id, Amount tickAmount, Amount cap) {
    long expected = voucher == null ? 1 : voucher.message().sequence() + 1;
    Amount owed = value(Amount.zero(cap.asset()));
    if (!next.agreementId().equals(id)) {
      throw bad("voucher is for agreement " + next.agreementId() + ", not for " + id);
    }
    if (next.sequence() != expected) {
      throw bad("voucher sequence is " + next.sequence() + ", expected " + expected);
    }
    if (next.cumulative().compareTo(owed) < 0) {
      throw bad("voucher goes back: cumulative " + next.cumulative() + " is below " + owed);
    }
    if (next.tickCount() > 0 && !next.tickAmount().equals(tickAmount)) {
      throw bad("a tick costs " + tickAmount + " by the terms, voucher says " + next.tickAmount());
    }
    if (next.tickCount() > 0 && bases.size() >= MAX_CHAINS) {
      throw bad(bases.size() + " vouchers wait for the delivery of what they pay");
    }
    if (next.value(next.tickCount()).compareTo(cap) > 0) {
      throw bad(
          "voucher can grow to "
              + next.value(next.tickCount())
              + ", the channel holds only "
              + cap);
    }
  }

  /**
   * Checks a frame of ticks.
   *
   * @param ticks the frame
   * @param window how many ticks may be paid before they are delivered
   * @return false for a stale frame, which is ignored
   * @throws EdgeBeatException {@code BAD_PAYMENT} naming the value
   */
  public boolean check(PeerMessage.Ticks ticks, int window) {
    Signed<Voucher> v = voucher;
    if (v == null || ticks.sequence() > v.message().sequence()) {
      throw bad("ticks of voucher " + ticks.sequence() + ", which was never sent");
    }
    if (ticks.sequence() < v.message().sequence() || ticks.ticks() <= heldHere) {
      return false;
    }
    if (ticks.ticks() > Math.min(v.message().tickCount(), (long) heldHere + window)) {
      throw bad(
          "tick "
              + ticks.ticks()
              + " is beyond the window: "
              + heldHere
              + " held, window "
              + window
              + ", chain of "
              + v.message().tickCount());
    }
    Bytes32 from = heldHere == 0 ? v.message().tickAnchor() : held;
    if (!TickChain.back(v.message().agreementId(), ticks.preimage(), ticks.ticks() - heldHere)
        .equals(from)) {
      throw bad("preimage of tick " + ticks.ticks() + " does not hash up to tick " + heldHere);
    }
    return true;
  }

  /** A voucher was accepted. */
  public void accepted(Signed<Voucher> next) {
    heldBefore += heldHere;
    heldHere = 0;
    held = Bytes32.ZERO;
    voucher = next;
    if (next.message().tickCount() > 0) {
      bases.put(next.message().sequence(), heldBefore);
      lengths.put(next.message().sequence(), next.message().tickCount());
    }
    prune();
    improve();
  }

  /**
   * More was paid than the journal knows.
   *
   * @param claim what proves it
   * @param ticks how many ticks that is in all
   */
  public void adopt(VoucherClaim claim, long ticks) {
    voucher = claim.voucher();
    heldHere = claim.ticks();
    held = claim.preimage();
    heldBefore = Math.max(0, ticks - claim.ticks());
    improve();
  }

  /** Forgets the chains that no further acknowledgement needs: a later one covers all that is. */
  private void prune() {
    while (bases.size() > 1) {
      long first = bases.firstKey();
      Map.Entry<Long, Long> second = bases.higherEntry(first);
      if (second == null
          || !ackChains.containsKey(second.getKey())
          || second.getValue() > acknowledged) {
        return;
      }
      bases.remove(first);
      lengths.remove(first);
      ackChains.remove(first);
    }
  }

  /** Ticks were accepted. */
  public void accepted(PeerMessage.Ticks ticks) {
    heldHere = ticks.ticks();
    held = ticks.preimage();
    improve();
  }

  private void improve() {
    Signed<Voucher> v = voucher;
    if (v != null) {
      VoucherClaim claim = new VoucherClaim(v, heldHere, held);
      if (best == null || claim.value().compareTo(best.value()) >= 0) {
        best = claim;
      }
    }
  }

  /**
   * The seed of the chain of acknowledgements that belongs to a voucher was drawn.
   *
   * @param id the agreement
   * @param sequence the voucher's
   * @param seed the end of the chain
   * @param unpaid how many ticks may begin beyond the voucher's last
   */
  public void ackSeed(AgreementId id, long sequence, Secret seed, int unpaid) {
    int length = lengths.getOrDefault(sequence, 0) + unpaid;
    Chain chain = new Chain(id, seed, length);
    ackChains.put(sequence, new AckChain(bases.getOrDefault(sequence, heldBefore), chain));
    newest = chain;
    prune();
  }

  /** The anchor of the newest chain of acknowledgements; zero when there is none. */
  public Bytes32 ackAnchor() {
    Chain chain = newest;
    return chain == null ? Bytes32.ZERO : chain.link(0);
  }

  /**
   * The acknowledgement of so many delivered ticks.
   *
   * @return empty when no chain reaches that far yet
   */
  public Optional<PeerMessage.Ack> ack(long delivered) {
    Optional<PeerMessage.Ack> ack = Optional.empty();
    for (AckChain chain : ackChains.values()) {
      long index = delivered - chain.base;
      if (index > 0 && index <= chain.chain.length()) {
        ack = Optional.of(new PeerMessage.Ack(delivered, chain.chain.link((int) index)));
      }
    }
    return ack;
  }

  /** Ticks were acknowledged. */
  public void acknowledged(long delivered) {
    acknowledged = Math.max(acknowledged, delivered);
    prune();
  }

  /** How many ticks were acknowledged. */
  public long acknowledged() {
    return acknowledged;
  }

  /** A receipt was signed. */
  public void receipted() {
    receipts++;
  }

  /** How many receipts were signed. */
  public long receipts() {
    return receipts;
  }

  /** How many ticks are held in all. */
  public long held() {
    return heldBefore + heldHere;
  }

  /** What everything held is worth. */
  public Amount value(Amount zero) {
    return best == null ? zero : best.value();
  }

  /** What to claim with; the best of all vouchers ever held. */
  public Optional<VoucherClaim> best() {
    return Optional.ofNullable(best);
  }

  private static EdgeBeatException bad(String message) {
    return new EdgeBeatException(ErrorCode.BAD_PAYMENT, message);
  }
}
