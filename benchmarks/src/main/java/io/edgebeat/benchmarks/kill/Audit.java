package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.SharedLedger;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.benchmarks.simulate.LedgerBook;
import io.edgebeat.benchmarks.simulate.Wiretap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Compares the ledger with both journals, and with what was heard on the wire, to the base unit.
 */
final class Audit {
  private final Ledger ledger;
  private final SharedLedger chain;
  private final Wiretap tap;
  private final LedgerBook book;
  private final Consumer<String> lost;
  private final Consumer<String> twice;
  private final Set<AgreementId> done = new HashSet<>();

  Audit(
      Ledger ledger,
      SharedLedger chain,
      Wiretap tap,
      LedgerBook book,
      Consumer<String> lost,
      Consumer<String> twice) {
    this.ledger = ledger;
    this.chain = chain;
    this.tap = tap;
    this.book = book;
    this.lost = lost;
    this.twice = twice;
  }

  /** Whether an agreement was closed and compared before. */
  boolean isDone(AgreementId id) {
    return done.contains(id);
  }

  /** Every agreement that is funded; each once. */
  void ledger(String what) {
    if (!chain.balanced()) {
      lost.accept(what + ": tokens were made or lost");
    }
    book.open()
        .forEach(
            (id, opened) -> {
              if (!done.add(id)) {
                return;
              }
              AgreementRecord record = ledger.agreement(id, Finality.FINAL);
              Amount in = opened.agreement().total().plus(record.topUps());
              Amount out = record.paid().plus(record.refunded()).plus(record.feePaid());
              if (record.status() != AgreementStatus.CLOSED || !in.equals(out)) {
                lost.accept(
                    what + ", " + id + ": " + in + " were put in, the ledger has " + record);
              }
              Amount revealed = tap.of(id).worth();
              if (record.paid().compareTo(revealed) > 0) {
                twice.accept(
                    what
                        + ", "
                        + id
                        + " has paid "
                        + record.paid()
                        + ", revealed were "
                        + revealed);
              }
            });
  }

  /** What one side has in its journal. */
  void side(String what, String name, List<Word.Side> sides) {
    for (Word.Side side : sides) {
      if (side.id().map(id -> done.contains(id) || !book.open().containsKey(id)).orElse(true)) {
        continue;
      }
      AgreementId id = side.id().orElseThrow();
      AgreementRecord record = ledger.agreement(id, Finality.FINAL);
      if (side.signed() && !side.invoice().map(i -> fits(i, record)).orElse(false)) {
        lost.accept(
            what
                + ", "
                + id
                + ": the invoice of "
                + name
                + " is "
                + side.invoice()
                + ", the ledger says "
                + record);
      }
      if (!side.buys()) {
        earned(what, id, side, record);
      }
    }
  }

  private static boolean fits(Invoice invoice, AgreementRecord record) {
    return invoice.paid().equals(record.paid())
        && invoice.refunded().equals(record.refunded())
        && invoice.fee().equals(record.feePaid());
  }

  /** As the simulation judges it: what was held and began, or was acknowledged, is paid. */
  private void earned(String what, AgreementId id, Word.Side side, AgreementRecord record) {
    Wiretap.Talk talk = tap.of(id);
    if (talk.offer().isEmpty()) {
      return;
    }
    Terms terms = talk.offer().get().terms();
    Amount begun = worth(terms, side.begun() - terms.maxUnpaidTicks());
    Amount said = worth(terms, talk.delivered() - terms.maxUnpaidTicks());
    Amount held = side.paid().compareTo(begun) < 0 ? side.paid() : begun;
    Amount most = record.deposit().plus(record.topUps());
    Amount earned = held.compareTo(said) < 0 ? said : held;
    earned = earned.compareTo(most) < 0 ? earned : most;
    if (record.paid().compareTo(earned) < 0) {
      lost.accept(
          what + ", " + id + ": the seller has earned " + earned + ", got " + record.paid());
    }
  }

  private static Amount worth(Terms terms, long ticks) {
    Price price = terms.price();
    return ticks <= 0
        ? Amount.zero(price.setup().asset())
        : price.setup().plus(price.perTick().times(ticks));
  }
}
