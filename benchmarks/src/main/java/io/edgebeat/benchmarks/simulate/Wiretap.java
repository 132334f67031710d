package io.edgebeat.benchmarks.simulate;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads what two sides say to each other, and counts from that alone what was paid and what was
 * acknowledged: the simulation's own book, which shares nothing with the engine's.
 */
public final class Wiretap {
  private final Map<NegotiationId, Talk> talks = new HashMap<>();
  private final Map<AgreementId, Talk> agreements = new HashMap<>();
  private final Consumer<String> violation;

  /** One negotiation as it was heard. */
  public static final class Talk {
    Optional<Offer> offer = Optional.empty();
    final List<Voucher> vouchers = new ArrayList<>();
    final Map<Long, Integer> revealed = new TreeMap<>();
    final List<VoucherClaim> claims = new ArrayList<>();
    Amount worth = Amount.zero(Asset.EDG);
    long delivered;
    private final Set<Long> pauses = new TreeSet<>();

    long ticks() {
      return revealed.values().stream().mapToLong(Integer::longValue).sum();
    }

    /** How often the seller has held the work because a tick was not paid. */
    int pauses() {
      return pauses.size();
    }

    /** What was offered last. */
    public Optional<Offer> offer() {
      return offer;
    }

    /** What the buyer has revealed is worth so much. */
    public Amount worth() {
      return worth;
    }

    /** How many ticks the seller has acknowledged. */
    public long delivered() {
      return delivered;
    }

    /**
     * An honest buyer signs a number a second time only when it has gone back to an old backup and
     * nobody has heard of the first (which {@link GivenWord} sees to): neither that nor what came
     * after it can ever be claimed, so it does not count as revealed.
     */
    private void signed(Voucher voucher) {
      if (vouchers.stream()
          .anyMatch(v -> v.sequence() == voucher.sequence() && !v.equals(voucher))) {
        vouchers.removeIf(v -> v.sequence() >= voucher.sequence());
        revealed.keySet().removeIf(sequence -> sequence >= voucher.sequence());
      }
    }

    private void worth(Amount value) {
      worth = value.compareTo(worth) > 0 ? value : worth;
    }

    Optional<LedgerCommand> claim(int which) {
      return claims.isEmpty() || offer.isEmpty()
          ? Optional.empty()
          : Optional.of(new LedgerCommand.Claim(agreement(), claims.get(which % claims.size())));
    }

    /** What was offered last, as it goes to the ledger. */
    public Agreement agreement() {
      return offer.orElseThrow().agreement().message();
    }
  }

  /** Nothing is heard yet. */
  public Wiretap(Consumer<String> violation) {
    this.violation = violation;
  }

  public Talk of(AgreementId id) {
    return agreements.computeIfAbsent(id, i -> new Talk());
  }

  public List<Talk> talks() {
    return List.copyOf(agreements.values());
  }

  /** The agreement that somebody has talked about. */
  public Optional<AgreementId> idOf(Talk talk) {
    return agreements.entrySet().stream()
        .filter(entry -> entry.getValue() == talk)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Somebody says something.
   *
   * @param byBuyer who: the buyer or the seller
   * @param honestBuyer whether the buyer is bound by its window
   */
  public void heard(PeerEnvelope envelope, boolean byBuyer, boolean honestBuyer) {
    Talk talk = talks.computeIfAbsent(envelope.negotiation(), n -> new Talk());
    switch (envelope.message()) {
      case PeerMessage.OfferMade m -> talk.offer = Optional.of(m.offer());
      case PeerMessage.Countered m -> talk.offer = Optional.of(m.offer());
      case PeerMessage.Accepted m -> agreements.put(m.id(), talk);
      case PeerMessage.VoucherSent m -> {
        Voucher voucher = m.voucher().message();
        agreements.put(voucher.agreementId(), talk);
        if (honestBuyer) {
          talk.signed(voucher);
        }
        if (talk.revealed.putIfAbsent(voucher.sequence(), 0) == null) {
          talk.vouchers.add(voucher);
        }
        talk.worth(voucher.cumulative());
        talk.claims.add(new VoucherClaim(m.voucher(), 0, io.edgebeat.api.identity.Bytes32.ZERO));
      }
      case PeerMessage.Ticks m -> {
        talk.revealed.merge(m.sequence(), m.ticks(), Math::max);
        talk.vouchers.stream()
            .filter(v -> v.sequence() == m.sequence())
            .forEach(v -> talk.worth(v.cumulative().plus(v.tickAmount().times(m.ticks()))));
        if (honestBuyer && talk.offer.isPresent()) {
          long window = talk.offer.get().terms().window();
          if (talk.ticks() - talk.delivered > window) {
            violation.accept(
                "the buyer has revealed "
                    + talk.ticks()
                    + " ticks, "
                    + talk.delivered
                    + " are acknowledged, the window is "
                    + window);
          }
        }
      }
      case PeerMessage.StateAnswer m ->
          m.best()
              .filter(claim -> byBuyer && honestBuyer)
              .ifPresent(claim -> talk.worth(claim.value()));
      default -> {}
    }
  }

  /** A seller's engine acknowledges or pauses, whatever a cheat makes of that. */
  public void acknowledged(PeerEnvelope envelope) {
    Talk talk = talks.computeIfAbsent(envelope.negotiation(), n -> new Talk());
    if (envelope.message() instanceof PeerMessage.Ack ack) {
      talk.delivered = Math.max(talk.delivered, ack.delivered());
    } else if (envelope.message() instanceof PeerMessage.PauseNotice) {
      talk.pauses.add(envelope.sequence());
    }
  }
}
