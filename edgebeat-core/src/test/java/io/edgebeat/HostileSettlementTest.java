package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.document.Documents;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A seller that lies at the end: the buyer signs nothing of it, and closes without the seller. */
class HostileSettlementTest extends HostileSeller {
  private static final byte[] OTHER = "rotten".getBytes(StandardCharsets.UTF_8);
  private static final ContentId ROTTEN = ContentId.ofRaw(OTHER);

  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return super.buyerOptions(node)
        .option("buyer.settleTimeout", "PT10S")
        .content(new Rotten(content, OTHER));
  }

  // ---------------------------------------------------------------- results

  @Test
  void aResultWhoseBytesAreOthers() {
    Task task = streaming();
    end(ROTTEN);
    settle(invoice(1, ROTTEN));
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
              assertThat(f.message()).contains(ROTTEN.toString(), "hash to");
            });
    cameOut(held());
  }

  @Test
  void aResultThatIsNowhere() {
    Task task = streaming();
    end(RESULT);
    settle(invoice(1, RESULT));
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.CONTENT_NOT_FOUND);
              assertThat(f.message()).contains(RESULT.toString());
            });
    cameOut(held());
  }

  @Test
  void aReceiptForAnotherResult() {
    Task task = streaming();
    deliver();
    end(RESULT);
    say(receipt(2, held(), ROTTEN.hash()));
    talks.refused(
        ErrorCode.BAD_PAYMENT, "receipt 2", ROTTEN.hash(), "task 1", RESULT, RESULT.hash());
    settle(invoice(1, RESULT));
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    cameOut(held());
  }

  @Test
  void aSecondEndOfTheSameTask() {
    Task task = streaming();
    deliver();
    end(RESULT);
    end(ROTTEN);
    talks.refused(ErrorCode.WRONG_STATE, "TaskEnded", "task 1");
    settle(invoice(1, RESULT));
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    cameOut(held());
  }

  // ---------------------------------------------------------------- settlements

  private Task ended() {
    Task task = streaming();
    deliver();
    end(RESULT);
    return task;
  }

  /** The buyer signs nothing and asks to close; the seller gets what it holds, no more. */
  private void closes(Task task, Settlement proposal, Invoice invoice, Object... parts) {
    claim();
    talks.say(new PeerMessage.SettlementProposed(proposal, invoice));
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    failed(ErrorCode.BAD_PAYMENT, parts);
    cameOut(held());
  }

  @Test
  void moreThanTheBuyerHasRevealed() {
    Task task = ended();
    Invoice more = invoice(2, RESULT);
    closes(task, settlement(more), more, more.paid(), held());
  }

  @Test
  void aSettlementBelowWhatWasClaimed() {
    Task task = ended();
    claim();
    awaitLedger("Claimed");
    Invoice less = invoice(0, RESULT);
    talks.say(new PeerMessage.SettlementProposed(settlement(less), less));
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    failed(ErrorCode.BAD_PAYMENT, "settle at " + less.paid(), "claimed " + held());
    cameOut(held());
  }

  /** Signed before the buyer could see the claim, it is the ledger that refuses it. */
  @Test
  void aSettlementBelowWhatWasClaimedAfterwards() {
    Task task = ended();
    Invoice less = invoice(0, RESULT);
    talks.say(new PeerMessage.SettlementProposed(settlement(less), less));
    Signed<Settlement> signed = talks.answer(PeerMessage.SettlementSigned.class).settlement();
    claim();
    assertThat(send(malloryKey, settle(signed)))
        .isInstanceOfSatisfying(
            TransactionStatus.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.BAD_AMOUNT);
              assertThat(f.reason()).contains(less.paid().toString(), held().toString());
            });
    assertThat(record().claimed()).isEqualTo(held());
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    cameOut(held());
  }

  @Test
  void anInvoiceForAnotherResult() {
    Task task = ended();
    Invoice wrong = invoice(1, ROTTEN);
    closes(task, settlement(wrong), wrong, ROTTEN);
  }

  @Test
  void theHashOfAnotherInvoice() {
    Task task = ended();
    Invoice right = invoice(1, RESULT);
    Bytes32 hash = Documents.invoiceHash(invoice(1, ROTTEN));
    closes(task, new Settlement(id, right.paid(), hash), right, hash, Documents.invoiceHash(right));
  }

  @Test
  void theSettlementOfAnotherAgreement() {
    Task task = ended();
    Invoice right = invoice(1, RESULT);
    AgreementId other = new AgreementId(Bytes32.of(bytes(32)));
    closes(
        task, new Settlement(other, right.paid(), Documents.invoiceHash(right)), right, other, id);
  }

  @Test
  void aSettlementThatTheBuyerHasNotSigned() {
    Task task = ended();
    Settlement own = settlement(invoice(2, RESULT));
    Signed<Settlement> forged = new Signed<>(own, sign(malloryKey, own));
    talks.say(new PeerMessage.SettlementSigned(forged));
    talks.refused(ErrorCode.WRONG_STATE, "SettlementSigned");
    notTaken(forged);
    Invoice right = invoice(1, RESULT);
    talks.say(new PeerMessage.SettlementProposed(settlement(right), right));
    Signed<Settlement> signed = talks.answer(PeerMessage.SettlementSigned.class).settlement();
    // The right signature under another sum.
    notTaken(new Signed<>(own, signed.signature()));
    notTaken(new Signed<>(signed.message(), Lies.highS(signed.signature())));
    sent(settle(signed));
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    cameOut(held());
  }

  private void notTaken(Signed<Settlement> forged) {
    assertThat(send(malloryKey, settle(forged)))
        .isInstanceOfSatisfying(
            TransactionStatus.Failed.class,
            f -> assertThat(f.code()).as(f.reason()).isEqualTo(ErrorCode.BAD_SIGNATURE));
    assertThat(record().status()).isEqualTo(AgreementStatus.OPEN);
  }
}
