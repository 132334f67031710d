package io.edgebeat.testkit.fault;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;

/** Envelopes with one bit changed, where it hurts: money is signatures and preimages. */
final class Corruption {
  private Corruption() {}

  static PeerEnvelope of(PeerEnvelope e, Faults chance) {
    PeerMessage changed =
        switch (e.message()) {
          case PeerMessage.OfferMade m -> new PeerMessage.OfferMade(flipped(m.offer(), chance));
          case PeerMessage.Countered m -> new PeerMessage.Countered(flipped(m.offer(), chance));
          case PeerMessage.Accepted m ->
              new PeerMessage.Accepted(m.id(), flipped(m.signature(), chance));
          case PeerMessage.TaskOrdered m -> new PeerMessage.TaskOrdered(flipped(m.order(), chance));
          case PeerMessage.VoucherSent m ->
              new PeerMessage.VoucherSent(flipped(m.voucher(), chance));
          case PeerMessage.Ticks m ->
              new PeerMessage.Ticks(m.sequence(), m.ticks(), flipped(m.preimage(), chance));
          case PeerMessage.Ack m ->
              new PeerMessage.Ack(m.delivered(), flipped(m.preimage(), chance));
          case PeerMessage.ReceiptSent m ->
              new PeerMessage.ReceiptSent(flipped(m.receipt(), chance));
          case PeerMessage.SettlementSigned m ->
              new PeerMessage.SettlementSigned(flipped(m.settlement(), chance));
          default -> e.message();
        };
    long sequence =
        changed.equals(e.message()) ? e.sequence() ^ (1L << chance.draw(62)) : e.sequence();
    return new PeerEnvelope(e.negotiation(), sequence, e.seen(), changed);
  }

  private static Offer flipped(Offer o, Faults chance) {
    return new Offer(
        o.negotiation(),
        o.round(),
        o.terms(),
        flipped(o.agreement(), chance),
        o.validUntil(),
        o.maximumLoss());
  }

  private static <T extends TypedMessage> Signed<T> flipped(Signed<T> signed, Faults chance) {
    return new Signed<>(signed.message(), flipped(signed.signature(), chance));
  }

  private static Signature flipped(Signature signature, Faults chance) {
    byte[] bytes = signature.toBytes();
    // Of r and s: v only helps to find a key that is known here.
    flip(bytes, chance.draw(64 * 8));
    return Signature.of(bytes);
  }

  private static Bytes32 flipped(Bytes32 value, Faults chance) {
    byte[] bytes = value.toBytes();
    flip(bytes, chance.draw(32 * 8));
    return Bytes32.of(bytes);
  }

  private static void flip(byte[] bytes, int bit) {
    bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
  }
}
