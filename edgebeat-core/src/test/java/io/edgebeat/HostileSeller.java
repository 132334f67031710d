package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.settle.Invoices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;

/**
 * A market in which one more seller is no node at all: the test speaks for it, to a real buyer. The
 * buyer can close within seconds here, so that a test sees it come out.
 */
abstract class HostileSeller extends Funded {
  static final ContentId IMAGE = ContentId.ofRaw("an image".getBytes(StandardCharsets.UTF_8));
  static final byte[] OUTPUT = "42\n".getBytes(StandardCharsets.UTF_8);
  static final ContentId RESULT = ContentId.ofRaw(OUTPUT);

  private final Secret receiptKey = KeySigner.generateKey(random);
  private final Queue<NodeEvent> events = new ConcurrentLinkedQueue<>();
  Protocol protocol;
  ByHand talks;
  Listing hostile;
  Offer offer;
  AgreementId id;
  Bytes32[] acks;
  private Signed<Voucher> voucher;
  private PeerMessage.Ticks ticks;
  private Amount before;

  @Override
  EmbeddedChain.Config chainOptions(EmbeddedChain.Config config) {
    return shortChallenge(config);
  }

  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return node.option("buyer.challenge", "PT1S").option("buyer.tasksPerAgreement", "1");
  }

  /** Advertises as a node would; what is behind the listing's endpoint is this test. */
  @BeforeEach
  void advertise() {
    protocol = new Protocol(ledger.info(), signatures);
    talks = ByHand.listening(network.transport(malloryKey.address()));
    ListingDraft draft =
        new ListingDraft(
            malloryKey.address(),
            1,
            LedgerTime.floor(Instant.now().plus(Duration.ofDays(1))),
            talks.endpoint().uri(),
            signatures.publicKey(receiptKey).address(),
            "there",
            CAPACITY,
            Set.of("wasm"),
            List.of(),
            PRICE,
            true);
    byte[] document = Documents.listing(draft);
    ContentId at = content.put(ContentSource.of(document), Progress.NONE);
    Listing advertised = draft.toListing();
    sent(
        new LedgerCommand.Advertise(
            advertised.id().contentHash(), Documents.uri(at), advertised.validUntil()));
    listed(advertised);
    hostile = advertised;
    before = balance(buyerKey);
    buyerNode.events(events::add);
  }

  /** A task that no other seller of this market takes. */
  TaskSpec task() {
    return TaskSpec.wasm(IMAGE).region("there");
  }

  /** Submits a task, and takes the call of the buyer. */
  Task submitted() {
    Task task = buyer.submit(task(), half());
    called();
    return task;
  }

  void called() {
    offer = talks.called();
    id = protocol.id(agreement());
    acks = TickChain.links(id, Bytes32.of(bytes(32)), 10);
  }

  Agreement agreement() {
    return offer.agreement().message();
  }

  void accept() {
    talks.say(new PeerMessage.Accepted(id, sign(malloryKey, agreement())));
  }

  /** Submits a task that gets its contract and its payment: set-up and one tick. */
  Task paid() {
    Task task = submitted();
    accept();
    takePayment();
    return task;
  }

  void takePayment() {
    voucher = talks.answer(PeerMessage.VoucherSent.class).voucher();
    ticks = talks.answer(PeerMessage.Ticks.class);
    assertThat(held()).isEqualTo(PRICE.setup().plus(PRICE.perTick()));
  }

  /** What this seller could claim. */
  Amount held() {
    return voucher.message().value(ticks.ticks());
  }

  /** The same, started and with a first receipt, so that acknowledgements can be proved. */
  Task streaming() {
    Task task = paid();
    talks.say(new PeerMessage.TaskStarted(1));
    say(receipt(1, held(), Bytes32.ZERO));
    return task;
  }

  Receipt receipt(long sequence, Amount cumulative, Bytes32 result) {
    return new Receipt(id, 1, sequence, cumulative, acks[0], Bytes32.ZERO, result);
  }

  void say(Receipt receipt) {
    talks.say(new PeerMessage.ReceiptSent(protocol.sign(receipt, receiptKey)));
  }

  /** Says what an honest seller says at the end. */
  void end(ContentId result) {
    talks.say(new PeerMessage.TaskEnded(1, new TaskOutcome.Completed(result), 1, Usage.NONE));
  }

  /** The next tick, which the buyer reveals when the one before is acknowledged. */
  void takeTick() {
    int last = ticks.ticks();
    ticks = talks.answer(PeerMessage.Ticks.class);
    assertThat(ticks.ticks()).isEqualTo(last + 1);
  }

  /** Keeps the result where the buyer looks for it. */
  void deliver() {
    assertThat(content.put(ContentSource.of(OUTPUT), Progress.NONE)).isEqualTo(RESULT);
  }

  /** An invoice that adds up, for so many ticks and this result. */
  Invoice invoice(long ticked, ContentId result) {
    Invoice.Line line = new Invoice.Line(1, IMAGE, "Completed", Optional.of(result), Usage.NONE);
    Amount sum = PRICE.setup().plus(PRICE.perTick().times(ticked));
    return Invoices.of(id, agreement(), offer.terms(), Edg.units(0), sum, ticked, List.of(line));
  }

  static Settlement settlement(Invoice invoice) {
    return new Settlement(invoice.agreementId(), invoice.paid(), Documents.invoiceHash(invoice));
  }

  /** Proposes to settle, and sends it to the ledger when it is signed. */
  void settle(Invoice invoice) {
    talks.say(new PeerMessage.SettlementProposed(settlement(invoice), invoice));
    sent(settle(talks.answer(PeerMessage.SettlementSigned.class).settlement()));
  }

  LedgerCommand settle(Signed<Settlement> signed) {
    return new LedgerCommand.Settle(
        agreement(),
        signed.message(),
        Optional.of(signed.signature()),
        Optional.of(sign(malloryKey, signed.message())));
  }

  /** Takes from the ledger all that this seller holds. */
  void claim() {
    sent(
        new LedgerCommand.Claim(
            agreement(), new VoucherClaim(voucher, ticks.ticks(), ticks.preimage())));
  }

  void sent(LedgerCommand command) {
    assertThat(send(malloryKey, command)).isInstanceOf(TransactionStatus.Done.class);
  }

  /** Waits until the buyer has seen an event of its agreement. */
  void awaitLedger(String event) {
    until(
        "the buyer to see " + event,
        () -> events.stream().anyMatch(e -> e.name().equals("Ledger." + event)));
  }

  AgreementRecord record() {
    return ledger.agreement(id, Finality.PENDING);
  }

  /** Nothing has come onto the ledger, and the buyer has all it had. */
  void nothingWasOpened() {
    assertThat(record().status()).isEqualTo(AgreementStatus.NONE);
    assertThat(balance(buyerKey)).isEqualTo(before);
  }

  /** The buyer has paid for the first tick and for nothing more, and waits for it. */
  void nothingMoreIsPaid(Task task) {
    assertThat(task.ticks()).isEqualTo(1);
    assertThat(task.spent()).isEqualTo(held());
    assertThat(record().status()).isEqualTo(AgreementStatus.OPEN);
    assertThat(balance(buyerKey)).isEqualTo(before.minus(agreement().total()));
  }

  /** Closed on the ledger; the buyer is short of what the offer has printed at most. */
  void cameOut(Amount paid) {
    AgreementRecord closed = record();
    assertThat(closed.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(closed.paid()).isEqualTo(paid);
    Amount loss = before.minus(balance(buyerKey));
    assertThat(loss).isEqualTo(paid.plus(closed.feePaid()));
    assertThat(loss).isLessThanOrEqualTo(offer.maximumLoss().buyer());
  }

  /** Asserts that the buyer has noted a failure that names all of the parts. */
  void failed(ErrorCode code, Object... parts) {
    NodeEvent failure =
        events.stream()
            .filter(e -> e.role().equals("buyer") && e.name().equals("Failed"))
            .reduce((first, last) -> last)
            .orElseThrow(() -> new AssertionError("no failure with " + code));
    assertThat(failure.details()).containsEntry("code", code.name());
    for (Object part : parts) {
      assertThat(failure.details().get("reason")).contains(part.toString());
    }
  }
}
