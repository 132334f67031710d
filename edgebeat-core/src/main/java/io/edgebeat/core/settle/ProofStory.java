package io.edgebeat.core.settle;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.core.document.Proof;
import java.util.List;

/** Tells what a proof says, in plain words: not whether it is true. */
final class ProofStory {
  private final StringBuilder text = new StringBuilder();
  private final ProofView view;
  private final Proof proof;

  private ProofStory(ProofView view) {
    this.view = view;
    this.proof = view.proof();
  }

  static String of(ProofView view, List<String> missing) {
    ProofStory story = new ProofStory(view);
    story.who();
    story.work();
    try {
      story.money();
    } catch (EdgeBeatException impossible) {
      story.line("The amounts cannot be true: " + impossible.getMessage());
    }
    story.remarks(missing);
    return story.text.toString();
  }

  private void line(String words) {
    text.append(Words.plain(words)).append('\n');
  }

  private void who() {
    Agreement a = proof.agreement();
    Terms terms = proof.terms();
    Price price = terms.price();
    line("Agreement " + proof.id());
    line(
        "on chain "
            + proof.domain().chainId()
            + ", contract "
            + proof.domain().verifyingContract()
            + ", as the "
            + proof.side().name().toLowerCase(java.util.Locale.ROOT)
            + "'s node has recorded it.");
    line("Buyer  " + a.buyer());
    line("Seller " + a.seller());
    proof.listing().ifPresent(l -> line("The seller advertised in region " + l.region() + "."));
    line(
        "Price: "
            + price.perTick()
            + " a tick of "
            + price.tickUnit().count()
            + " "
            + price.tickUnit().kind().name().toLowerCase(java.util.Locale.ROOT)
            + ", "
            + price.setup()
            + " for set-up; up to "
            + terms.maxTasks()
            + " tasks of type "
            + terms.workloadType()
            + ".");
    line(
        "The buyer put in "
            + a.deposit()
            + " as deposit and "
            + a.fee()
            + " as the most the platform's fee can be.");
  }

  private void work() {
    for (Signed<TaskOrder> signed : proof.orders()) {
      TaskOrder order = signed.message();
      line("Task " + order.taskNo() + " ran image " + order.workload().image() + ".");
      boolean over = false;
      for (PeerMessage.TaskEnded ended : proof.outcomes()) {
        if (ended.taskNo() == order.taskNo()) {
          over = true;
          line(
              "  It ended: "
                  + ended.outcome().getClass().getSimpleName()
                  + ", result "
                  + ended.outcome().output().map(ContentId::toString).orElse("none")
                  + ".");
          line("  It used: " + Words.of(ended.usage()) + ".");
        }
      }
      if (!over) {
        line("  Nothing in the proof says that it has ended.");
      }
    }
  }

  private void money() {
    line(
        "The buyer paid "
            + view.ticks()
            + " ticks with "
            + proof.vouchers().size()
            + (proof.vouchers().size() == 1 ? " voucher, " : " vouchers, ")
            + view.paid()
            + " in all; the seller acknowledged "
            + proof.acknowledged().map(PeerMessage.Ack::delivered).orElse(0L)
            + " ticks as delivered.");
    line(
        proof
            .settlement()
            .map(s -> "Both settled on " + s.message().cumulative() + ".")
            .orElse("No settlement was signed."));
    line(ending());
    // Without the listing nobody knows whether there was a lease; the worse is assumed.
    MaximumLoss loss =
        proof
            .terms()
            .maximumLoss(proof.agreement(), proof.listing().map(l -> l.lease()).orElse(false));
    line("By the other's dishonesty, as the terms have it: " + loss + ".");
  }

  private String ending() {
    String end = "The ledger has not closed it as far as this proof goes.";
    for (LedgerEntry entry : proof.ledger()) {
      if (entry.event() instanceof LedgerEvent.Closed e) {
        end =
            "The ledger closed it at "
                + entry.time()
                + (e.invoiceHash().isZero() ? " without a settlement: " : " as settled: ")
                + e.paid()
                + " to the seller, "
                + e.fee()
                + " as fee, "
                + e.refunded()
                + " back to the buyer.";
      } else if (entry.event() instanceof LedgerEvent.Cancelled
          || entry.event() instanceof LedgerEvent.FeeReclaimed) {
        end = "It lapsed on the ledger at " + entry.time() + ".";
      }
    }
    return end;
  }

  private void remarks(List<String> missing) {
    for (String remark : proof.remarks()) {
      line("Remark: " + remark);
    }
    for (String what : missing) {
      line("Not in the proof: " + what + ".");
    }
  }
}
