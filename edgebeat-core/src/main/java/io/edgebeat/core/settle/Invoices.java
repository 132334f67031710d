package io.edgebeat.core.settle;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.task.Invoice;
import java.util.List;

/** Computes invoices. Pure, so that both sides get the same document from what both know. */
public final class Invoices {
  private Invoices() {}

  /**
   * The invoice of an agreement. Set-up is paid with the first payment and not at all when there
   * was none.
   *
   * @param id the agreement
   * @param agreement what both signed
   * @param terms its terms
   * @param topUps what was added to the deposit
   * @param cumulative what the seller gets in all
   * @param ticks how many ticks were paid
   * @param lines the tasks that ran
   * @return the invoice
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the amounts when {@code cumulative}
   *     is neither set-up and ticks nor set-up, ticks and result amount, or is more than was
   *     deposited
   */
  public static Invoice of(
      AgreementId id,
      Agreement agreement,
      Terms terms,
      Amount topUps,
      Amount cumulative,
      long ticks,
      List<Invoice.Line> lines) {
    if (ticks < 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "an invoice over " + ticks + " ticks");
    }
    Amount funds = agreement.deposit().plus(topUps);
    if (cumulative.compareTo(funds) > 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "cumulative " + cumulative + " is more than deposit and top-ups, " + funds);
    }
    Amount tickAmount = terms.price().perTick();
    Amount setup =
        cumulative.isZero() && ticks == 0 ? Amount.zero(cumulative.asset()) : terms.price().setup();
    Amount metered = setup.plus(tickAmount.times(ticks));
    boolean explained =
        cumulative.equals(metered) || isResults(cumulative, metered, terms.resultAmount(), terms);
    if (!explained) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "cumulative "
              + cumulative
              + " is not set-up "
              + setup
              + " and "
              + ticks
              + " ticks of "
              + tickAmount
              + ", with or without the result amount "
              + terms.resultAmount());
    }
    Amount fee = agreement.fee().min(cumulative);
    return new Invoice(
        id,
        agreement.buyer(),
        agreement.seller(),
        agreement.deposit(),
        topUps,
        agreement.fee(),
        setup,
        tickAmount,
        ticks,
        cumulative,
        fee,
        funds.plus(agreement.fee()).minus(cumulative).minus(fee),
        lines);
  }

  /** Whether what exceeds the metered amount is the result amount of some of the tasks. */
  private static boolean isResults(Amount cumulative, Amount metered, Amount each, Terms terms) {
    if (each.isZero() || cumulative.compareTo(metered) <= 0) {
      return false;
    }
    java.math.BigInteger[] results =
        cumulative.minus(metered).baseUnits().divideAndRemainder(each.baseUnits());
    return results[1].signum() == 0
        && results[0].compareTo(java.math.BigInteger.valueOf(terms.maxTasks())) <= 0;
  }

  /**
   * What was paid for results: what set-up and ticks do not explain.
   *
   * @param invoice an invoice of any origin
   * @return the result amount
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when its amounts do not add up
   */
  public static Amount resultAmount(Invoice invoice) {
    Amount metered = invoice.setup().plus(invoice.tickAmount().times(invoice.ticks()));
    Amount in = invoice.deposit().plus(invoice.topUps()).plus(invoice.feeEscrowed());
    Amount out = invoice.paid().plus(invoice.refunded()).plus(invoice.fee());
    if (invoice.paid().compareTo(metered) < 0 || !in.equals(out)) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "invoice of "
              + invoice.agreementId()
              + " does not add up: paid "
              + invoice.paid()
              + " for "
              + metered
              + ", put in "
              + in
              + ", given out "
              + out);
    }
    return invoice.paid().minus(metered);
  }
}
