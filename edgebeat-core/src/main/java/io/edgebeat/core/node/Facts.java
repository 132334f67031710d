package io.edgebeat.core.node;

import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.engine.Fact;
import java.util.Map;

/** Facts as the words of node events; nothing secret is among them. */
final class Facts {
  private Facts() {}

  static String name(Fact fact) {
    return switch (fact) {
      case Fact.Said f -> "Said." + f.message().getClass().getSimpleName();
      case Fact.Heard f -> "Heard." + f.message().getClass().getSimpleName();
      case Fact.LedgerSeen f -> "Ledger." + f.entry().event().getClass().getSimpleName();
      default -> fact.getClass().getSimpleName();
    };
  }

  static Map<String, String> details(Fact fact) {
    return switch (fact) {
      case Fact.Said f -> details(f.message());
      case Fact.Heard f -> details(f.message());
      case Fact.DealMoved f -> Map.of("to", f.to(), "why", f.why());
      case Fact.WorkMoved f -> Map.of("to", f.to(), "why", f.why());
      case Fact.TicksBegun f -> Map.of("ticks", Long.toString(f.total()));
      case Fact.UnitsAsked f -> Map.of("kind", f.kind(), "units", Long.toString(f.units()));
      case Fact.LedgerSeen f ->
          Map.of(
              "event", f.entry().event().toString(),
              "finality", f.entry().finality().name(),
              "retracted", Boolean.toString(f.entry().retracted()));
      case Fact.ExecutionEnded f -> Map.of("outcome", f.outcome().toString());
      case Fact.ResultChecked f -> Map.of("fits", Boolean.toString(f.fits()), "detail", f.detail());
      case Fact.Failed f -> Map.of("code", f.code().name(), "reason", f.reason());
      case Fact.BuyerBegan f -> Map.of("listing", f.begin().listing().id().toString());
      case Fact.SellerBegan f -> Map.of("buyer", f.offer().buyer().toString());
      default -> Map.of();
    };
  }

  private static Map<String, String> details(PeerMessage message) {
    return switch (message) {
      case PeerMessage.OfferMade m -> Map.of("maximumLoss", m.offer().maximumLoss().toString());
      case PeerMessage.Countered m ->
          Map.of(
              "price", m.offer().terms().price().toString(),
              "maximumLoss", m.offer().maximumLoss().toString());
      case PeerMessage.Rejected m -> Map.of("code", m.code().name(), "reason", m.reason());
      case PeerMessage.VoucherSent m ->
          Map.of(
              "sequence", Long.toString(m.voucher().message().sequence()),
              "cumulative", m.voucher().message().cumulative().toString(),
              "tickCount", Integer.toString(m.voucher().message().tickCount()));
      case PeerMessage.Ticks m ->
          Map.of("sequence", Long.toString(m.sequence()), "ticks", Integer.toString(m.ticks()));
      case PeerMessage.Ack m -> Map.of("delivered", Long.toString(m.delivered()));
      case PeerMessage.TaskEnded m -> Map.of("outcome", m.outcome().toString());
      case PeerMessage.TaskRefused m -> Map.of("code", m.code().name(), "reason", m.reason());
      case PeerMessage.Refused m -> Map.of("code", m.code().name(), "reason", m.reason());
      case PeerMessage.SettlementProposed m ->
          Map.of("cumulative", m.settlement().cumulative().toString());
      default -> Map.of();
    };
  }
}
