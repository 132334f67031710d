package io.edgebeat.core.agreement;

import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;

/**
 * The exact exposure of both sides, counted from facts alone and by other means than the engine:
 * begun - paid is at most maxUnpaidTicks, revealed - delivered at most the window.
 */
final class Exposure {
  private final int maxUnpaidTicks;
  private final int window;
  private long begun;
  private long paid;
  private long paidHere;
  private long revealed;
  private long revealedHere;
  private long acknowledged;
  long mostUnpaid;
  long mostUndelivered;

  Exposure(int maxUnpaidTicks, int window) {
    this.maxUnpaidTicks = maxUnpaidTicks;
    this.window = window;
  }

  void fact(PartitionKey.Kind kind, Fact fact) {
    if (kind == PartitionKey.Kind.SELLER) {
      seller(fact);
    } else if (kind == PartitionKey.Kind.BUYER) {
      buyer(fact);
    }
  }

  private void seller(Fact fact) {
    switch (fact) {
      case Fact.TicksBegun f -> {
        begun = f.total();
        mostUnpaid = Math.max(mostUnpaid, begun - paid);
        if (begun - paid > maxUnpaidTicks) {
          throw new AssertionError(
              begun + " ticks begun, " + paid + " paid, at most " + maxUnpaidTicks + " unpaid");
        }
      }
      case Fact.Heard(long sequence, PeerMessage.VoucherSent m) -> paidHere = 0;
      case Fact.Heard(long sequence, PeerMessage.Ticks m) -> {
        paid += m.ticks() - paidHere;
        paidHere = m.ticks();
      }
      default -> {}
    }
  }

  private void buyer(Fact fact) {
    switch (fact) {
      case Fact.Said(PeerMessage.VoucherSent m) -> revealedHere = 0;
      case Fact.Said(PeerMessage.Ticks m) -> {
        revealed += m.ticks() - revealedHere;
        revealedHere = m.ticks();
        mostUndelivered = Math.max(mostUndelivered, revealed - acknowledged);
        if (revealed - acknowledged > window) {
          throw new AssertionError(
              revealed + " ticks revealed, " + acknowledged + " delivered, window " + window);
        }
      }
      case Fact.Heard(long sequence, PeerMessage.Ack m) -> acknowledged = m.delivered();
      default -> {}
    }
  }
}
