package io.edgebeat.benchmarks.simulate;

import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.node.Inspection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What must hold in a market, whatever goes wrong in it and whoever cheats. */
public final class Judge {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration LEASE_SLACK = Duration.ofMillis(500);
  private static final Duration STOP_GRACE = Duration.ofMillis(500);

  private final LocalMarket market;
  private final List<String> sellers;
  private final String buyer;
  private final Wiretap tap;
  private final LedgerBook book;
  private final Predicate<String> cheats;
  private final Predicate<String> restored;
  private final Consumer<String> violation;

  /** Watches one market. */
  public Judge(
      LocalMarket market,
      List<String> sellers,
      String buyer,
      Wiretap tap,
      LedgerBook book,
      Predicate<String> cheats,
      Predicate<String> restored,
      Consumer<String> violation) {
    this.market = market;
    this.sellers = sellers;
    this.buyer = buyer;
    this.tap = tap;
    this.book = book;
    this.cheats = cheats;
    this.restored = restored;
    this.violation = violation;
  }

  private EdgeBeatNode node(String name) {
    return name.equals(buyer) ? market.buyerNode() : market.seller(name);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(sellers);
    names.add(buyer);
    return names;
  }

  /** Every second: no token is made or lost, and no workload runs further than it is paid. */
  public void look() {
    if (!market.balanced()) {
      violation.accept("tokens were made or lost");
    }
    for (AgreementId id : book.ever().keySet()) {
      sellers.forEach(seller -> overworked(seller, id));
    }
  }

  private void overworked(String seller, AgreementId id) {
    Wiretap.Talk talk = tap.of(id);
    if (talk.offer.isEmpty()) {
      return;
    }
    int unpaid = talk.offer.get().terms().maxUnpaidTicks();
    int tasks = talk.offer.get().terms().maxTasks();
    // Holding takes its time, as stopping does; each time.
    Duration most =
        TICK.multipliedBy(talk.ticks() + unpaid)
            .plus(LEASE_SLACK.plus(STOP_GRACE).multipliedBy(tasks + talk.pauses()));
    Duration done = market.workDone(seller, id);
    if (!cheats.test(seller) && done.compareTo(most) > 0) {
      violation.accept(
          seller + " has worked " + done + " for " + talk.ticks() + " ticks, m = " + unpaid);
    }
  }

  /** What is still under way though it should have come to its end. */
  public List<String> unfinished() {
    List<String> waits = new ArrayList<>();
    for (AgreementId id : book.follow(market.ledger()).open().keySet()) {
      AgreementStatus status = market.ledger().agreement(id, Finality.FINAL).status();
      if (status != AgreementStatus.CLOSED) {
        waits.add("agreement " + id + " is " + status);
      }
    }
    for (String name : names()) {
      if (market.faults().isDown(name)) {
        waits.add(name + " is down");
      } else if (!cheats.test(name)) {
        EdgeBeatNode node = node(name);
        for (AgreementSide side : Inspection.sides(node)) {
          if (!side.finished()) {
            waits.add(name + ": " + side.negotiation() + " " + side.deal() + " " + side.workName());
          }
        }
      }
    }
    return waits;
  }

  /** At the end: what is over keeps neither funds nor capacity from what comes. */
  public void leftovers() {
    for (String name : names()) {
      if (!market.faults().isDown(name) && !cheats.test(name)) {
        Inspection.kept(node(name))
            .forEach(what -> violation.accept(name + " still keeps " + what));
      }
    }
  }

  /** Of what both have signed; zero where one side has ended it alone. */
  private Map<AgreementId, Bytes32> invoiceHashes() {
    Map<AgreementId, Bytes32> hashes = new LinkedHashMap<>();
    EventPage page = market.ledger().awaitEvents(LedgerCursor.START, 100_000, Duration.ZERO);
    for (LedgerEntry entry : page.entries()) {
      if (entry.event() instanceof LedgerEvent.Closed event && !entry.retracted()) {
        hashes.put(event.id(), event.invoiceHash());
      }
    }
    return hashes;
  }

  /** At the end: who got what. */
  public int closed() {
    int count = 0;
    Map<AgreementId, Bytes32> invoiceHashes = invoiceHashes();
    for (Map.Entry<AgreementId, LedgerBook.Open> funded : book.open().entrySet()) {
      AgreementId id = funded.getKey();
      count++;
      AgreementRecord record = market.ledger().agreement(id, Finality.FINAL);
      if (record.status() != AgreementStatus.CLOSED) {
        continue;
      }
      Wiretap.Talk talk = tap.of(id);
      Amount in = funded.getValue().agreement().total().plus(record.topUps());
      Amount out = record.paid().plus(record.refunded()).plus(record.feePaid());
      if (!in.equals(out)) {
        violation.accept(id + ": " + in + " were put in, " + out + " came out");
      }
      if (!cheats.test(buyer) && record.paid().compareTo(talk.worth) > 0) {
        violation.accept(id + " has paid " + record.paid() + ", revealed were " + talk.worth);
      }
      for (String seller : sellers) {
        if (!cheats.test(seller) && !restored.test(seller) && !market.faults().isDown(seller)) {
          earned(seller, id, record, talk);
        }
      }
      invoices(id, record, invoiceHashes.getOrDefault(id, Bytes32.ZERO));
    }
    return count;
  }

  private void earned(String seller, AgreementId id, AgreementRecord record, Wiretap.Talk talk) {
    for (AgreementSide side : Inspection.sides(market.seller(seller))) {
      if (side.id().equals(Optional.of(id))) {
        Amount most = record.deposit().plus(record.topUps());
        // A payment that comes after the seller has closed is a gift, or for what began unpaid.
        Terms terms = side.offer().orElseThrow().terms();
        long begun = ((SellerSide) side).begun() - terms.maxUnpaidTicks();
        // What it has acknowledged it had written down before.
        long said = talk.delivered - terms.maxUnpaidTicks();
        Amount earned =
            least(most(least(side.paid(), worth(terms, begun)), worth(terms, said)), most);
        if (record.paid().compareTo(earned) < 0) {
          violation.accept(id + ": " + seller + " has earned " + earned + ", got " + record.paid());
        }
      }
    }
  }

  private static Amount worth(Terms terms, long ticks) {
    Price price = terms.price();
    return ticks <= 0
        ? Amount.zero(price.setup().asset())
        : price.setup().plus(price.perTick().times(ticks));
  }

  private static Amount least(Amount one, Amount other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Amount most(Amount one, Amount other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /**
   * Whether a hash is that of an invoice, or of what it was before somebody added to the deposit,
   * or before what was added was taken back: what happens on the ledger after the proposal is in no
   * invoice that both have signed.
   */
  private boolean wasSigned(AgreementId id, Invoice invoice, Bytes32 hash) {
    Set<Amount> added = new LinkedHashSet<>();
    added.add(invoice.topUps());
    added.add(Amount.zero(invoice.topUps().asset()));
    EventPage page = market.ledger().awaitEvents(LedgerCursor.START, 100_000, Duration.ZERO);
    for (LedgerEntry entry : page.entries()) {
      if (entry.event() instanceof LedgerEvent.ToppedUp event && event.id().equals(id)) {
        added.add(event.topUps());
      }
    }
    return added.stream()
        .map(topUps -> Documents.invoiceHash(before(invoice, topUps)))
        .anyMatch(hash::equals);
  }

  private static Invoice before(Invoice i, Amount topUps) {
    Amount refundable = i.refunded().plus(topUps);
    return refundable.compareTo(i.topUps()) < 0
        ? i
        : new Invoice(
            i.agreementId(),
            i.buyer(),
            i.seller(),
            i.deposit(),
            topUps,
            i.feeEscrowed(),
            i.setup(),
            i.tickAmount(),
            i.ticks(),
            i.paid(),
            i.fee(),
            refundable.minus(i.topUps()),
            i.lines());
  }

  private void invoices(AgreementId id, AgreementRecord record, Bytes32 invoiceHash) {
    for (String name : names()) {
      if (cheats.test(name) || restored.test(name) || market.faults().isDown(name)) {
        continue;
      }
      EdgeBeatNode node = node(name);
      for (AgreementSide side : Inspection.sides(node)) {
        // Who never agreed, because the other's signature was lost on the way, has no invoice.
        boolean agreed = side.deal() == DealState.SIGNED && side.seenOnLedger();
        if (side.id().equals(Optional.of(id)) && agreed && side.finished()) {
          boolean equal =
              side.invoice()
                  .map(
                      i ->
                          i.paid().equals(record.paid())
                              && i.refunded().equals(record.refunded())
                              && i.fee().equals(record.feePaid())
                              && (invoiceHash.isZero() || wasSigned(id, i, invoiceHash)))
                  .orElse(false);
          if (!equal) {
            violation.accept(
                id
                    + ": the "
                    + (side instanceof BuyerSide ? "buyer" : "seller")
                    + "'s invoice is "
                    + side.invoice()
                    + ", the ledger says "
                    + record
                    + " and the invoice "
                    + invoiceHash);
          }
        }
      }
    }
  }
}
