package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskState;
import org.junit.jupiter.api.Test;

/**
 * A seller that takes what it can get and is gone: the buyer waits as long as its options say, and
 * closes alone.
 */
class AbsentSellerTest extends HostileSeller {
  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return super.buyerOptions(node)
        .option("buyer.offerTtl", "PT4S")
        .option("buyer.startTimeout", "PT4S")
        .option("buyer.resultTimeout", "PT1S")
        .option("buyer.settleTimeout", "PT1S");
  }

  /** The seller keeps what it was paid; the rest comes back without it. */
  private void cameOutAlone() {
    cameOut(held());
    assertThat(record().refunded())
        .isEqualTo(agreement().total().minus(record().paid()).minus(record().feePaid()));
  }

  @Test
  void neverSignsWhatItShould() {
    Task task = submitted();
    Signature strange = sign(poorKey, agreement());
    talks.say(new PeerMessage.Accepted(id, strange));
    talks.refused(ErrorCode.BAD_SIGNATURE, strange);
    refused(ErrorCode.NO_ANSWER, () -> task.await(LONG), "did not answer in time");
    nothingWasOpened();
  }

  @Test
  void takesThePaymentAndNeverStarts() {
    Task task = paid();
    claim();
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.NO_ANSWER);
              assertThat(f.message()).contains("did not start the task within PT4S");
            });
    cameOutAlone();
  }

  @Test
  void startsAndSaysNothingMore() {
    Task task = paid();
    claim();
    talks.say(new PeerMessage.TaskStarted(1));
    until(() -> task.state() == TaskState.STREAMING, () -> "task is " + task.state());
    task.cancel();
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.NO_ANSWER);
              assertThat(f.message()).contains("did not report the end");
            });
    cameOutAlone();
  }

  @Test
  void startsAfterItWasCancelledAndSaysNothingMore() {
    Task task = paid();
    claim();
    task.cancel();
    talks.answer(PeerMessage.CancelTask.class);
    talks.say(new PeerMessage.TaskStarted(1));
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Failed.class);
    cameOutAlone();
  }

  @Test
  void startsAndIsToldToSettle() {
    Task task = paid();
    claim();
    talks.say(new PeerMessage.TaskStarted(1));
    until(() -> task.state() == TaskState.STREAMING, () -> "task is " + task.state());
    buyer.terminate(id);
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Failed.class);
    cameOutAlone();
  }

  @Test
  void endsAndNeverProposes() {
    Task task = streaming();
    claim();
    deliver();
    end(RESULT);
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    cameOutAlone();
  }

  @Test
  void proposesAndNeverSendsTheSettlement() {
    Task task = streaming();
    claim();
    deliver();
    end(RESULT);
    Invoice right = invoice(1, RESULT);
    talks.say(new PeerMessage.SettlementProposed(settlement(right), right));
    talks.answer(PeerMessage.SettlementSigned.class);
    assertThat(record().status()).isEqualTo(AgreementStatus.OPEN);
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Completed(RESULT));
    cameOutAlone();
  }
}
