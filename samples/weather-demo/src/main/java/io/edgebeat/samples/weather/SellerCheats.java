package io.edgebeat.samples.weather;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A seller asks for more than it was given: the ledger first, and then the buyer. */
final class SellerCheats implements Fault {
  private static final int MORE = 100;

  @Override
  public String id() {
    return "seller-cheats";
  }

  @Override
  public Ending run(Stage stage) throws IOException {
    KeySigner key = stage.newKey();
    Greed greed = new Greed(stage.transport(key), stage);
    EdgeBeatNode attic = stage.attic(key, node -> node.transport(greed));
    greed.ledger.set(attic.ledger());
    Task task = stage.job().submit(stage.buyer().buyer());
    Settled bought = stage.settled(task);

    MaximumLoss printed = stage.offer().maximumLoss();
    // Whatever goes wrong on a wire is only a lost message to the node behind it.
    Settled.require(greed.refusals() == 2, "the ledger took more than attic was given");
    Amount wanted = greed.wanted();
    Amount revealed = task.spent();
    Amount paid = bought.record().paid();
    Settled.require(paid.compareTo(revealed) <= 0, paid + " was paid, " + revealed + " revealed");
    return new Ending(
        bought,
        List.of("buyer", "attic", "tower", "harbour"),
        bought.record(),
        printed,
        "buyer",
        paid.minus(revealed.min(paid)),
        printed.buyer(),
        List.of(
            "attic held payment for " + revealed + " and asked for " + wanted + ", three times:",
            "a claim with a made-up tick: only the buyer knows what hashes to the next one;",
            "a settlement without the buyer's signature; and a proposal that the buyer would sign.",
            "Ledger and buyer refused. The buyer closed, attic claimed what it really held, and",
            "whoever came after the challenge time could finalize: " + paid + " was paid, not a",
            "unit more than was revealed."));
  }

  /** Remembers what the buyer paid, and asks for a hundred ticks more. */
  private static final class Greed extends Wire {
    final AtomicReference<@Nullable Ledger> ledger = new AtomicReference<>();
    private final Stage stage;
    private @Nullable Signed<Voucher> voucher;
    private PeerMessage.@Nullable Ticks ticks;
    private @Nullable Amount wanted;
    private int refusals;

    Greed(PeerTransport under, Stage stage) {
      super(under);
      this.stage = stage;
    }

    synchronized Amount wanted() {
      if (wanted == null) {
        throw new EdgeBeatException(ErrorCode.INTERNAL, "attic has not cheated");
      }
      return wanted;
    }

    synchronized int refusals() {
      return refusals;
    }

    @Override
    void hears(PeerEnvelope envelope, Consumer<PeerEnvelope> onward) {
      switch (envelope.message()) {
        case PeerMessage.VoucherSent m -> voucher = m.voucher();
        case PeerMessage.Ticks m -> ticks = m;
        default -> {}
      }
      onward.accept(envelope);
    }

    @Override
    void says(PeerEnvelope envelope, Consumer<PeerEnvelope> onward) {
      if (!(envelope.message() instanceof PeerMessage.SettlementProposed honest)) {
        onward.accept(envelope);
        return;
      }
      PeerMessage.SettlementProposed greedy = more(honest);
      if (wanted == null) {
        wanted = greedy.settlement().cumulative();
        tryTheLedger(greedy.settlement());
      }
      onward.accept(
          new PeerEnvelope(envelope.negotiation(), envelope.sequence(), envelope.seen(), greedy));
    }

    private void tryTheLedger(Settlement greedy) {
      Agreement agreement = stage.offer().agreement().message();
      if (voucher == null || ticks == null) {
        throw new EdgeBeatException(ErrorCode.INTERNAL, "attic was never paid");
      }
      Bytes32 madeUp = ticks.preimage();
      refused(
          "a claim of " + greedy.cumulative(),
          new LedgerCommand.Claim(
              agreement, new VoucherClaim(voucher, ticks.ticks() + MORE, madeUp)));
      refused(
          "a settlement at " + greedy.cumulative(),
          new LedgerCommand.Settle(agreement, greedy, Optional.empty(), Optional.empty()));
    }

    /** On attic's own ledger, as attic's account; nothing else is on its way there now. */
    private void refused(String what, LedgerCommand command) {
      Ledger own = ledger.get();
      if (own == null) {
        throw new IllegalStateException("no ledger to cheat");
      }
      SignedTransaction transaction = own.prepare(command);
      own.broadcast(transaction);
      Stage.until(
          () ->
              own.status(transaction.id()) instanceof TransactionStatus.Failed
                  || own.status(transaction.id()) instanceof TransactionStatus.Done,
          what + " is in no block");
      if (!(own.status(transaction.id()) instanceof TransactionStatus.Failed failed)) {
        throw new EdgeBeatException(ErrorCode.INTERNAL, "the ledger took " + what);
      }
      refusals++;
      stage.step("seller tries " + what + "; the ledger refuses:");
      stage.detail(failed.code() + ", " + failed.reason());
    }

    /** The same proposal with more in it, adding up as an invoice must. */
    private static PeerMessage.SettlementProposed more(PeerMessage.SettlementProposed honest) {
      Invoice i = honest.invoice();
      Amount extra = i.tickAmount().times(MORE);
      Settlement s = honest.settlement();
      return new PeerMessage.SettlementProposed(
          new Settlement(s.agreementId(), s.cumulative().plus(extra), s.invoiceHash()),
          new Invoice(
              i.agreementId(),
              i.buyer(),
              i.seller(),
              i.deposit(),
              i.topUps(),
              i.feeEscrowed(),
              i.setup(),
              i.tickAmount(),
              i.ticks() + MORE,
              i.paid().plus(extra),
              i.fee(),
              i.refunded().minus(extra),
              i.lines()));
    }
  }
}
