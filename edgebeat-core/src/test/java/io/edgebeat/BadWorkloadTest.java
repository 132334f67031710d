package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Programs that misbehave or are none, and tasks that are ended: each settles exactly. */
class BadWorkloadTest extends Funded {
  /** {@code (func (export "_start") unreachable)}. */
  private static final String TRAPS =
      "0061736d01000000"
          + "01040160" // one type
          + "0000" // () -> ()
          + "03020100" // one function of it
          + "070a01065f73746172740000" // exported as _start
          + "0a05010300000b"; // unreachable

  /** {@code (func (export "_start") (loop (br 0)))}. */
  static final String LOOPS =
      "0061736d01000000"
          + "010401600000"
          + "03020100"
          + "070a01065f73746172740000"
          + "0a0901070003400c000b0b"; // loop, br 0, end

  /** Calls {@code proc_exit(3)} of {@code wasi_snapshot_preview1}. */
  private static final String EXITS =
      "0061736d01000000"
          + "01080260017f00600000" // (i32) -> (), () -> ()
          + "02240116776173695f736e617073686f745f7072657669657731" // from WASI
          + "0970726f635f657869740000" // proc_exit, of type 0
          + "03020101"
          + "0503010001" // one page of memory
          + "071302066d656d6f72790200065f73746172740001" // memory and _start
          + "0a08010600410310000b"; // i32.const 3, call 0

  /** Writes 1000 bytes to its output again and again. */
  private static final String FLOODS =
      "0061736d01000000"
          + "010c0260047f7f7f7f017f600000" // (i32 i32 i32 i32) -> i32, () -> ()
          + "02230116776173695f736e617073686f745f7072657669657731"
          + "0866645f77726974650000" // fd_write, of type 0
          + "03020101"
          + "0503010001"
          + "071302066d656d6f72790200065f73746172740001"
          + "0a1c011a000340" // loop
          + "410441e807360200" // memory[4] := 1000, the length at memory[0]
          + "41014100410141081000" // fd_write(1, 0, 1, 8)
          + "1a0c000b0b"; // drop, br 0

  private Invoice settled(Task task) {
    Invoice invoice = task.invoice();
    AgreementRecord record = ledger.agreement(invoice.agreementId(), Finality.PENDING);
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(record.paid()).isEqualTo(invoice.paid());
    assertThat(record.refunded()).isEqualTo(invoice.refunded());
    assertThat(record.feePaid()).isEqualTo(invoice.fee());
    assertThat(invoice.paid()).isEqualTo(price(invoice.ticks()));
    return invoice;
  }

  private static Amount price(long ticks) {
    return PRICE.setup().plus(PRICE.perTick().times(ticks));
  }

  // ---------------------------------------------------------------- programs

  @Test
  void aTrapIsAnOutcomeAndIsPaidFor() {
    Task task = buyer.submit(start(TRAPS), half());
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Trapped.class, t -> assertThat(t.reason()).contains("unreachable"));
    Invoice invoice = settled(task);
    assertThat(invoice.ticks()).isPositive();
    assertThat(invoice.lines()).singleElement().extracting("outcome").isEqualTo("Trapped");
    refused(ErrorCode.WRONG_STATE, task::result, task.id());
  }

  @Test
  void anEndlessLoopEndsByTheLimit() {
    TaskSpec spec =
        start(LOOPS).limits(ExecutionLimits.DEFAULTS.withWallTime(Duration.ofMillis(1300)));
    Task task = buyer.submit(spec, half());
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.TimedOut(1300));
    // The second tick had begun; no more than the deposit could buy is ever paid.
    assertThat(settled(task).ticks()).isBetween(2L, 3L);
  }

  @Test
  void anExitCodeIsAnOutcome() {
    Task task = buyer.submit(start(EXITS), half());
    assertThat(task.await(LONG)).isEqualTo(new TaskOutcome.Exited(3, ContentId.ofRaw(new byte[0])));
    settled(task);
  }

  @Test
  void tooMuchOutputIsATrapThatNamesTheLimit() {
    ExecutionLimits limits = new ExecutionLimits(1 << 20, Duration.ofSeconds(20), 0, 5000);
    Task task = buyer.submit(start(FLOODS).limits(limits), half());
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Trapped.class, t -> assertThat(t.reason()).contains("5000"));
    settled(task);
  }

  @Test
  void whatIsNoProgramCostsSetupAndWindowAtMost() {
    Task task = buyer.submit(start("cafe0000cafe0000"), half());
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.BAD_WORKLOAD);
              assertThat(f.message()).contains("cafe0000");
            });
    assertThat(settled(task).paid()).isLessThanOrEqualTo(price(1));
  }

  @Test
  void anExportThatIsNotThereIsNamed() {
    TaskSpec spec =
        TaskSpec.of(
                new io.edgebeat.api.task.Workload(
                    "wasm", put(ADD), java.util.Optional.of("sub"), java.util.List.of("2", "40")))
            .region("here");
    Task task = buyer.submit(spec, half());
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.BAD_WORKLOAD);
              assertThat(f.message()).contains("sub");
            });
    assertThat(settled(task).paid()).isLessThanOrEqualTo(price(1));
  }

  @Test
  void aMissingImageIsNamed() {
    ContentId nowhere = ContentId.ofRaw(new byte[] {4, 0, 4});
    Task task = buyer.submit(TaskSpec.wasm(nowhere).region("here"), half());
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.CONTENT_NOT_FOUND);
              assertThat(f.message()).contains(nowhere.toString());
            });
    assertThat(settled(task).paid()).isLessThanOrEqualTo(price(1));
  }

  @Test
  void anImageWithOtherBytesIsNamed() {
    byte[] program = HexFormat.of().parseHex(TRAPS);
    ContentId image = put(TRAPS);
    EdgeBeatNode hoster =
        opened(node(malloryKey).content(new Rotten(content, program)).capacity(CAPACITY));
    AgreementId id = open(hoster.seller().advertise(HERE), TaskSpec.wasm(image));
    Task task = buyer.run(id, TaskSpec.wasm(image));
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
              assertThat(f.message()).contains(image.toString(), "hash to");
            });
    assertThat(hoster.seller().drain(LONG)).isTrue();
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(record.paid()).isLessThanOrEqualTo(price(1));
  }

  @Test
  void aResultWithOtherBytesIsNotAccepted() {
    byte[] output = "42\n".getBytes(StandardCharsets.UTF_8);
    ContentId sum = ContentId.ofRaw(output);
    EdgeBeatNode careful =
        opened(node(malloryKey).content(new Rotten(content, output)).noExecutor());
    AgreementId id = signed(careful.buyer().negotiate(listing, add(), half()));
    careful.buyer().open(id, LONG);
    Task task = careful.buyer().run(id, add());
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
              assertThat(f.message()).contains(sum.toString(), "hash to");
            });
  }

  // ---------------------------------------------------------------- tasks

  private AgreementId open(Listing at, TaskSpec spec) {
    Negotiation talks = buyer.negotiate(at, spec, half());
    AgreementId id = signed(talks);
    buyer.open(id, LONG);
    assertThat(ledger.agreement(id, Finality.PENDING).status()).isEqualTo(AgreementStatus.OPEN);
    return id;
  }

  @Test
  void aRunningTaskIsCancelled() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    Task task;
    try (Subscription started =
        seller.events(
            e -> {
              if (e.name().equals("ExecutionStarted")) {
                running.countDown();
              }
            })) {
      assertThat(started).isNotNull();
      task = buyer.submit(start(LOOPS), half());
      assertThat(running.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    refused(ErrorCode.WRONG_STATE, task::invoice, task.id());
    task.cancel();
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Stopped.class, s -> assertThat(s.reason()).isNotEmpty());
    assertThat(settled(task).ticks()).isPositive();
  }

  @Test
  void oneAgreementCarriesManyTasks() {
    AgreementId id = open(listing, add());
    for (int i = 0; i < 3; i++) {
      Task task = buyer.run(id, add());
      assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
      refused(ErrorCode.WRONG_STATE, task::invoice, task.id());
    }
    Task last = buyer.run(id, start(TRAPS));
    assertThat(last.await(LONG)).isInstanceOf(TaskOutcome.Trapped.class);
    buyer.terminate(id);
    assertThat(seller.seller().drain(LONG)).isTrue();
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    // Set-up once, then at least a tick for each task.
    assertThat(record.paid()).isGreaterThanOrEqualTo(price(4));
    refused(ErrorCode.WRONG_STATE, () -> buyer.run(id, add()));
    refused(ErrorCode.WRONG_STATE, () -> buyer.topUp(id, Edg.of("1")), "CLOSED");
  }

  @Test
  void aTaskThatDoesNotFitTheTermsIsRefusedBeforeItIsOrdered() {
    AgreementId id = open(listing, add());
    TaskSpec large = add().limits(ExecutionLimits.DEFAULTS.withWallTime(Duration.ofHours(5)));
    refused(ErrorCode.INVALID_ARGUMENT, () -> buyer.run(id, large), "PT5H");
    assertThat(ledger.agreement(id, Finality.PENDING).claimed().isZero()).isTrue();
    buyer.terminate(id);
    assertThat(seller.seller().drain(LONG)).isTrue();
    assertThat(ledger.agreement(id, Finality.PENDING).paid().isZero()).isTrue();
  }
}
