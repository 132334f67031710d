package io.edgebeat.core.node;

import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the rows of one agreement need and its state does not keep: every voucher, and when what
 * happened. A fold of durable facts, like the state itself.
 */
final class IndexedAgreement {
  /** A voucher with its highest preimage so far; {@code record} is where that was journaled. */
  private record Payment(Signed<Voucher> voucher, int ticks, Instant at, long record) {}

  private final TreeMap<Long, Payment> payments = new TreeMap<>();
  private Instant changedAt = Instant.EPOCH;
  private boolean signed;
  private boolean over;
  private boolean onLedger;
  private long record;

  /** The record up to which payments were handed out. */
  private long paymentsTo;

  /** The first record since rows were made of it, 0 for none. */
  private long waitingFrom;

  /** Whether the index is known to hold no invoice of it. */
  private boolean noInvoice;

  void fold(long sequence, FactBatch batch) {
    record = sequence;
    waitingFrom = waitingFrom == 0 ? sequence : waitingFrom;
    changedAt = batch.at();
    for (Fact fact : batch.facts()) {
      switch (fact) {
        case Fact.DealMoved f -> {
          DealState deal = DealState.valueOf(f.to());
          signed |= deal == DealState.SIGNED;
          over |= deal.terminal();
        }
        case Fact.LedgerSeen f -> onLedger = true;
        case Fact.Said f -> paid(f.message(), batch.at());
        case Fact.Heard f -> paid(f.message(), batch.at());
        default -> {}
      }
    }
  }

  private void paid(PeerMessage message, Instant at) {
    switch (message) {
      case PeerMessage.VoucherSent m ->
          payments.put(m.voucher().message().sequence(), new Payment(m.voucher(), 0, at, record));
      case PeerMessage.Ticks m ->
          payments.computeIfPresent(
              m.sequence(), (n, p) -> new Payment(p.voucher, m.ticks(), at, record));
      default -> {}
    }
  }

  /**
   * Whether there is an agreement: both have signed, or the ledger told of it all the same. Before
   * that it is a proposal, and the next one has another id.
   */
  boolean isAgreement() {
    return signed || (over && onLedger);
  }

  Instant changedAt() {
    return changedAt;
  }

  /** The last record that is about it. */
  long record() {
    return record;
  }

  /** The record up to which its rows show everything. */
  long shownTo() {
    return waitingFrom == 0 ? record : waitingFrom - 1;
  }

  /** The index holds the payments up to this record, and may hold an invoice. */
  void written(long upTo) {
    paymentsTo = Math.min(upTo, record);
    waitingFrom = upTo < record ? upTo + 1 : 0;
    noInvoice = false;
  }

  /** The payments that have changed since this was asked before. */
  List<IndexEntry> newPayments(AgreementId id) {
    List<IndexEntry> rows = new ArrayList<>();
    for (Map.Entry<Long, Payment> each : payments.entrySet()) {
      Payment p = each.getValue();
      if (p.record > paymentsTo) {
        rows.add(
            new IndexEntry.OfPayment(id, each.getKey(), p.voucher.message().value(p.ticks), p.at));
      }
    }
    paymentsTo = record;
    waitingFrom = 0;
    return rows;
  }

  /** Whether the index must be told that there is no invoice. */
  boolean tellNoInvoice() {
    boolean tell = !noInvoice;
    noInvoice = true;
    return tell;
  }

  /** There is one. */
  void invoiced() {
    noInvoice = false;
  }
}
