package io.edgebeat.samples.weather;

import io.edgebeat.EdgeBeat;
import io.edgebeat.JournalSummary;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the ledger says in the end; every number of the last line comes from here. */
record Settled(AgreementRecord record, long ticks, ContentId result) {

  /** Waits for a task, computes its result again in Java, and reads its sums from the ledger. */
  static Settled of(Task task, WeatherJob job, Ledger ledger, Display display) throws IOException {
    TaskOutcome outcome = task.await(Duration.ofMinutes(5));
    if (!(outcome instanceof TaskOutcome.Completed completed)) {
      throw new EdgeBeatException(ErrorCode.EXECUTOR_FAILED, "the program ended with " + outcome);
    }
    String report = WeatherJob.report(task);
    require(job.isRight(report), "the result differs from the recomputation in Java");
    Settled settled = readBack(ledger, task, completed.result());
    display.step("result, recomputed in Java and found equal");
    display.plain(WeatherJob.table(report));
    display.plain(EdgeBeat.text(task.invoice()));
    return settled;
  }

  private static Settled readBack(Ledger ledger, Task task, ContentId result) {
    AgreementId id = task.agreement().orElseThrow();
    AgreementRecord record = ledger.agreement(id, Finality.FINAL);
    Invoice invoice = task.invoice();
    require(record.status() == AgreementStatus.CLOSED, "the ledger says " + record.status());
    require(invoice.paid().equals(record.paid()), "paid differs from the invoice");
    require(invoice.fee().equals(record.feePaid()), "the fee differs from the invoice");
    require(invoice.refunded().equals(record.refunded()), "the refund differs from the invoice");
    Amount deposit = invoice.deposit().plus(invoice.topUps()).plus(invoice.feeEscrowed());
    Settled settled = new Settled(record, invoice.ticks(), result);
    require(deposit.equals(settled.deposit()), "paid, fee and refund are not what was deposited");
    Amount paid = invoice.setup().plus(invoice.tickAmount().times(invoice.ticks()));
    require(paid.equals(record.paid()), "set-up and ticks are not what was paid");
    return settled;
  }

  /** Both journals must say the same; they are read after both nodes were closed. */
  void checkJournals(Path directory, List<String> nodes, LedgerInfo info) {
    int found = 0;
    for (String node : nodes) {
      for (JournalSummary summary :
          JournalSummary.read(directory.resolve(node), info, EdgeBeat.signatures())) {
        if (summary.id().equals(record.id())) {
          found++;
          require(
              summary.paid().equals(record.paid()),
              "the journal of " + node + " says " + summary.paid());
          require(
              summary.ticks() == ticks,
              "the journal of " + node + " says " + summary.ticks() + " ticks");
        }
      }
    }
    require(found == 2, found + " journals know the agreement, expected 2");
  }

  Amount deposit() {
    return record.paid().plus(record.feePaid()).plus(record.refunded());
  }

  String lastLine() {
    return "EDGEBEAT DEMO OK agreement="
        + record.id()
        + " deposit="
        + deposit().baseUnits()
        + " paid="
        + record.paid().baseUnits()
        + " fee="
        + record.feePaid().baseUnits()
        + " refunded="
        + record.refunded().baseUnits()
        + " ticks="
        + ticks
        + " result="
        + result;
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new EdgeBeatException(ErrorCode.INTERNAL, otherwise);
    }
  }
}
