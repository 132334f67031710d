package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.Buyer;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.embedded.transport.JvmNetwork;
import io.edgebeat.testkit.BalancesKept;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A market in which two agreements are open and funded while something else goes wrong. After each
 * test every token of the ledger is counted, an agreement at a time and in sum, and the two are as
 * they were.
 *
 * <p>Put together from parts and not by {@code EdgeBeat.local()}, because these tests speak on its
 * network themselves and give accounts different funds.
 */
@BalancesKept
abstract class Funded implements BalancesKept.Counted {
  static final Duration LONG = Duration.ofMinutes(2);
  static final ResourceSpec CAPACITY = new ResourceSpec(1000, 1L << 30, 0);
  static final Price PRICE = new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002"));
  static final ListingSpec HERE = new ListingSpec("here", CAPACITY, PRICE, Duration.ofDays(1));

  /** Dearer than {@link #HERE}: taken only where that one is not. */
  static final ListingSpec ELSEWHERE =
      new ListingSpec(
          "elsewhere",
          CAPACITY,
          new Price(Edg.of("0.003"), TickUnit.seconds(1), Edg.of("0.004")),
          Duration.ofDays(1));

  private static final Amount FUNDS = Edg.of("1000");
  static final Amount POCKET_MONEY = Edg.of("0.05");

  /** {@code (func (export "add") (param i32 i32) (result i32) ...)}, from the README. */
  static final String ADD =
      "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b";

  final SecureRandom random = new SecureRandom();
  final SignatureBackend signatures = EdgeBeat.signatures();
  final KeySigner buyerKey = KeySigner.generate(signatures, random);
  final KeySigner sellerKey = KeySigner.generate(signatures, random);
  final KeySigner bystanderKey = KeySigner.generate(signatures, random);
  final KeySigner malloryKey = KeySigner.generate(signatures, random);
  final KeySigner poorKey = KeySigner.generate(signatures, random);
  final JvmNetwork network = new JvmNetwork();
  final ContentStore content = EmbeddedContent.inMemory();
  EmbeddedChain chain;
  EdgeBeatNode buyerNode;
  EdgeBeatNode seller;
  EdgeBeatNode bystander;
  Buyer buyer;
  Ledger ledger;
  Listing listing;
  Listing elsewhere;
  private final List<AutoCloseable> closing = new ArrayList<>();
  private final Map<AgreementId, AgreementRecord> standing = new HashMap<>();
  private final Map<Address, Amount> funds =
      Map.of(
          buyerKey.address(), FUNDS,
          sellerKey.address(), FUNDS,
          bystanderKey.address(), FUNDS,
          malloryKey.address(), FUNDS,
          poorKey.address(), POCKET_MONEY);

  @BeforeEach
  void fund() {
    chain =
        EmbeddedChain.inMemory(
            chainOptions(
                EmbeddedChain.config(signatures)
                    .funds(funds)
                    .blockInterval(Duration.ofMillis(100))));
    chainIsThere();
    seller = opened(sellerOptions(node(sellerKey).capacity(CAPACITY)));
    bystander = opened(node(bystanderKey).capacity(CAPACITY));
    buyerNode = opened(buyerOptions(node(buyerKey).noExecutor()));
    buyer = buyerNode.buyer();
    ledger = buyerNode.ledger();
    listing = seller.seller().advertise(HERE);
    elsewhere = bystander.seller().advertise(ELSEWHERE);
    listed(listing);
    listed(elsewhere);
    for (int i = 0; i < 2; i++) {
      AgreementId id = signed(buyer.negotiate(elsewhere, tiny(), Budget.upTo(Edg.of("1"))));
      buyer.open(id, LONG);
      AgreementRecord record = ledger.agreement(id, Finality.PENDING);
      assertThat(record.status()).isEqualTo(AgreementStatus.OPEN);
      standing.put(id, record);
    }
  }

  /** So little that no task of a test fits an agreement made for it. */
  private static TaskSpec tiny() {
    return TaskSpec.wasm(ContentId.ofRaw(new byte[] {1}))
        .limits(new ExecutionLimits(1 << 16, Duration.ofSeconds(1), 0, 0));
  }

  /** For tests that need an impatient buyer. */
  NodeBuilder buyerOptions(NodeBuilder node) {
    return node;
  }

  /** For tests that need another seller. */
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node;
  }

  /** For tests that need another ledger. */
  EmbeddedChain.Config chainOptions(EmbeddedChain.Config config) {
    return config;
  }

  /** A ledger on which a party that closes alone waits a second only. */
  static EmbeddedChain.Config shortChallenge(EmbeddedChain.Config config) {
    LedgerParameters d = LedgerParameters.DEFAULTS;
    return config.parameters(
        new LedgerParameters(
            d.listingFee(),
            d.feeFloor(),
            d.depositCap(),
            Duration.ofSeconds(1),
            d.maxChallenge(),
            d.maxLife()));
  }

  /** For tests that make blocks themselves; before anybody waits for one. */
  void chainIsThere() {}

  /** Waits until the buyer finds a listing. */
  void listed(Listing awaited) {
    until(
        () -> buyerNode.marketplace().find(awaited.id()).isPresent(),
        () -> "the buyer has not found listing " + awaited.id() + " of " + awaited.seller());
  }

  /** Waits for what other threads bring about; says what was missed when it does not come. */
  static void until(BooleanSupplier there, Supplier<String> missed) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!there.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(missed.get() + " within " + LONG);
      }
      Thread.onSpinWait();
    }
  }

  @AfterEach
  void theOthersAreUntouched() throws Exception {
    try {
      standing.forEach(
          (id, before) -> {
            AgreementRecord now = ledger.agreement(id, Finality.PENDING);
            assertThat(now).isEqualTo(before);
            assertThat(now.status()).isEqualTo(AgreementStatus.OPEN);
            assertThat(now.claimed()).isEqualTo(Edg.units(0));
          });
    } finally {
      for (AutoCloseable part : closing.reversed()) {
        part.close();
      }
      chain.close();
      content.close();
    }
  }

  /** A connection of its own: what nodes are given may lie in these tests. */
  @Override
  public Ledger countedLedger() {
    return chain.connect(malloryKey);
  }

  @Override
  public Map<Address, Amount> initialFunds() {
    return funds;
  }

  /** A node of this market, not open yet. */
  NodeBuilder node(KeySigner key) {
    return EdgeBeat.node()
        .signer(key)
        .signatures(signatures)
        .ledger(chain.connect(key))
        .content(content)
        .transport(network.transport(key.address()))
        .workers(1);
  }

  /** Opens a node that is closed after the test. */
  EdgeBeatNode opened(NodeBuilder builder) {
    EdgeBeatNode node = builder.open();
    closing.add(node);
    return node;
  }

  static AgreementId signed(Negotiation negotiation) {
    return negotiation.awaitSigned(LONG);
  }

  ContentId put(String hex) {
    return content.put(ContentSource.of(HexFormat.of().parseHex(hex)), Progress.NONE);
  }

  /** 2 + 40, at the seller under test only. */
  TaskSpec add() {
    return TaskSpec.of(new Workload("wasm", put(ADD), Optional.of("add"), List.of("2", "40")))
        .region("here");
  }

  /** A program with {@code _start}, at the seller under test only. */
  TaskSpec start(String hex) {
    return TaskSpec.wasm(put(hex)).region("here");
  }

  static Budget half() {
    return Budget.upTo(Edg.of("0.50"));
  }

  Amount balance(KeySigner key) {
    return ledger.balance(key.address(), Finality.PENDING);
  }

  /** Asserts that both have the invoice of what the ledger has paid out. */
  void settledAsInvoiced(Task task) {
    AgreementRecord record = ledger.agreement(task.agreement().orElseThrow(), Finality.FINAL);
    Invoice invoice = task.invoice();
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(invoice.deposit()).isEqualTo(record.deposit());
    assertThat(invoice.topUps()).isEqualTo(record.topUps());
    assertThat(invoice.paid()).isEqualTo(record.paid());
    assertThat(invoice.refunded()).isEqualTo(record.refunded());
    assertThat(invoice.fee()).isEqualTo(record.feePaid());
    assertThat(record.paid()).isLessThanOrEqualTo(task.spent());
    until("the seller's earnings", () -> seller.seller().earnings().equals(record.paid()));
    assertThat(buyerNode.health().problems()).isEmpty();
    assertThat(seller.health().problems()).isEmpty();
  }

  /** Waits until something is so. */
  static void until(String what, BooleanSupplier is) {
    until(is, () -> "waited in vain for " + what);
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  Signature sign(KeySigner key, TypedMessage message) {
    return key.sign(new SigningRequest.OfMessage(ledger.info().domain(), message));
  }

  /** Sends a transaction that no node would send. */
  TransactionStatus send(KeySigner key, LedgerCommand command) {
    Ledger own = chain.connect(key);
    SignedTransaction transaction = own.prepare(command);
    own.broadcast(transaction);
    return own.status(transaction.id());
  }

  /** Asserts that a call is refused with a code, and that the message names all of the parts. */
  static EdgeBeatException refused(ErrorCode code, ThrowingCallable call, Object... parts) {
    EdgeBeatException e = catchThrowableOfType(EdgeBeatException.class, call);
    assertThat(e).as("refusal with %s", code).isNotNull();
    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
    for (Object part : parts) {
      assertThat(e.getMessage()).contains(part.toString());
    }
    return e;
  }
}
