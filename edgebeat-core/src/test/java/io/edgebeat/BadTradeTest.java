package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.capability.Grant;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Prices, listings and offers that come to nothing. */
class BadTradeTest extends Funded {
  /** Sold by nobody. */
  record Bell(String name) implements Capability {
    @Override
    public CapabilityInfo info() {
      return new CapabilityInfo(name, "actuator/bell", "rings", 1);
    }

    @Override
    public CapabilitySession open(Grant grant) {
      throw new AssertionError("never granted");
    }

    @Override
    public void close() {}
  }

  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return node.option("buyer.offerTtl", "PT2S");
  }

  // ---------------------------------------------------------------- prices

  @Test
  void amountsThatAreNoneAreNamed() {
    refused(ErrorCode.BAD_AMOUNT, () -> Edg.of("-0.5"), "-5", "never negative");
    refused(ErrorCode.BAD_AMOUNT, () -> new Amount(Asset.EDG, BigInteger.valueOf(-7)), "-7");
    refused(
        ErrorCode.BAD_AMOUNT,
        () -> Edg.of("0.0000000000000000001"),
        "\"0.0000000000000000001\"",
        "18 decimal places");
    refused(ErrorCode.BAD_AMOUNT, () -> Edg.of("a lot"), "\"a lot\"");
    refused(
        ErrorCode.BAD_AMOUNT,
        () -> new Price(Edg.of("0"), TickUnit.seconds(1), Edg.of("0.002")),
        "0 EDG a tick",
        "0.002 EDG");
    refused(ErrorCode.BAD_AMOUNT, () -> Budget.upTo(Edg.of("0")), "zero");
    refused(ErrorCode.INVALID_ARGUMENT, () -> TickUnit.seconds(0), "found 0");
  }

  // ---------------------------------------------------------------- listings

  @Test
  void aListingThatIsOverIsNotAdvertised() {
    Amount before = balance(sellerKey);
    for (Duration validFor : new Duration[] {Duration.ZERO, Duration.ofHours(-1)}) {
      refused(
          ErrorCode.BAD_TIME,
          () -> seller.seller().advertise(new ListingSpec("here", CAPACITY, PRICE, validFor)),
          "valid until 20");
    }
    assertThat(balance(sellerKey)).isEqualTo(before);
  }

  @Test
  void theSameListingTwiceIsRefusedByTheLedger() {
    Ledger own = seller.ledger();
    Amount before = balance(sellerKey);
    SignedTransaction again =
        own.prepare(
            new LedgerCommand.Advertise(
                listing.id().contentHash(), "ipfs://x", LedgerTime.floor(listing.validUntil())));
    own.broadcast(again);
    assertThat(own.status(again.id()))
        .isInstanceOfSatisfying(
            TransactionStatus.Failed.class,
            f -> assertThat(f.code()).isEqualTo(ErrorCode.DUPLICATE));
    assertThat(balance(sellerKey)).isEqualTo(before);
  }

  @Test
  void theSameSpecTwiceIsTwoListings() {
    assertThat(seller.seller().advertise(HERE).id()).isNotEqualTo(listing.id());
  }

  @Test
  void aSellerWithoutFundsIsToldFeeAndBalance() {
    EdgeBeatNode poor = opened(node(poorKey).capacity(CAPACITY));
    refused(
        ErrorCode.INSUFFICIENT_FUNDS,
        () -> poor.seller().advertise(HERE),
        poorKey.address(),
        POCKET_MONEY,
        ledger.info().parameters().listingFee());
    assertThat(balance(poorKey)).isEqualTo(POCKET_MONEY);
  }

  @Test
  void aListingLargerThanTheNodeIsRefused() {
    ResourceSpec large = new ResourceSpec(1001, 1L << 30, 0);
    refused(
        ErrorCode.LIMIT_EXCEEDED,
        () -> seller.seller().advertise(new ListingSpec("h", large, PRICE, Duration.ofDays(1))),
        large,
        CAPACITY);
  }

  /** An executor that counts no fuel, or says so. */
  private static Executor withoutFuel(Executor executor) {
    ExecutorInfo info = executor.info();
    ExecutorInfo none =
        new ExecutorInfo(
            info.workloadTypes(),
            info.isolation(),
            info.lease(),
            info.deterministic(),
            info.selfTest());
    return (Executor)
        Proxy.newProxyInstance(
            Executor.class.getClassLoader(),
            new Class<?>[] {Executor.class},
            (proxy, method, arguments) ->
                method.getName().equals("info") ? none : method.invoke(executor, arguments));
  }

  @Test
  void whatNobodyCountsIsNotSold() {
    EdgeBeatNode other =
        opened(
            node(poorKey)
                .capacity(CAPACITY)
                .wrapped(
                    new NodeWrapper() {
                      @Override
                      public <T> T around(Class<T> kind, T part) {
                        return part instanceof Executor executor
                            ? kind.cast(withoutFuel(executor))
                            : part;
                      }
                    }));
    Amount before = balance(poorKey);
    TickUnit fuel = new TickUnit(TickUnit.Kind.FUEL, 1_000);
    Price price = new Price(PRICE.perTick(), fuel, PRICE.setup());
    refused(
        ErrorCode.UNSUPPORTED,
        () ->
            other.seller().advertise(new ListingSpec("here", CAPACITY, price, Duration.ofDays(1))),
        fuel,
        "[wasm]",
        "SECONDS, MESSAGES or CALLS");
    assertThat(balance(poorKey)).isEqualTo(before);
  }

  @Test
  void aCallCostsATickHoweverLongItTakes() {
    Price price = new Price(PRICE.perTick(), new TickUnit(TickUnit.Kind.CALLS, 1), PRICE.setup());
    Listing calls =
        seller.seller().advertise(new ListingSpec("booth", CAPACITY, price, Duration.ofDays(1)));
    listed(calls);
    AgreementId id = signed(buyer.negotiate(calls, withoutRegion(), half()));
    buyer.open(id, LONG);
    for (int call = 1; call <= 3; call++) {
      Task task = buyer.run(id, withoutRegion());
      assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(task.spent()).isEqualTo(price.setup().plus(price.perTick().times(call)));
    }
  }

  @Test
  void aNodeWithoutExecutorSellsNothing() {
    refused(ErrorCode.UNSUPPORTED, () -> buyerNode.seller().advertise(HERE), "edgebeat-exec-wasm");
  }

  @Test
  void aListingThatIsNotThereCannotBeWithdrawn() {
    refused(ErrorCode.NOT_FOUND, () -> seller.seller().withdraw(elsewhere.id()), elsewhere.id());
  }

  // ---------------------------------------------------------------- offers

  @Test
  void aBudgetBelowTheFeeIsNamed() {
    Amount fee = ledger.info().parameters().feeFloor();
    refused(
        ErrorCode.OVER_BUDGET,
        () -> buyer.submit(add(), Budget.upTo(Edg.of("0.0001"))),
        "0.0001 EDG",
        fee);
  }

  @Test
  void aBudgetBelowFeeSetupAndTickIsNamed() {
    refused(
        ErrorCode.OVER_BUDGET,
        () -> buyer.negotiate(listing, add(), Budget.upTo(Edg.of("0.0129"))),
        "0.0129 EDG",
        "0.013 EDG",
        PRICE.setup(),
        PRICE.perTick());
    refused(
        ErrorCode.NO_MATCH,
        () -> buyer.submit(add(), Budget.upTo(Edg.of("0.0129"))),
        "too expensive",
        "0.001 EDG a tick");
  }

  @Test
  void aBuyerWithoutFundsIsToldBalanceAndNeed() {
    EdgeBeatNode poor = opened(node(poorKey).noExecutor());
    refused(
        ErrorCode.INSUFFICIENT_FUNDS,
        () -> poor.buyer().negotiate(listing, add(), half()),
        poorKey.address(),
        POCKET_MONEY,
        "need");
    assertThat(balance(poorKey)).isEqualTo(POCKET_MONEY);
  }

  @Test
  void noMatchNamesTheFilter() {
    refused(
        ErrorCode.NO_MATCH,
        () -> buyer.submit(add().region("nowhere"), half()),
        "2 listings",
        "outside of region nowhere");
    refused(
        ErrorCode.NO_MATCH,
        () -> buyer.submit(add().capabilities("bell"), half()),
        "without capability bell");
    refused(
        ErrorCode.NO_MATCH,
        () -> buyer.submit(add().resources(new ResourceSpec(5000, 1, 0)), half()),
        "with less than 5000 cpuMillis");
  }

  @Test
  void aPolicyRejectsWithItsReason() {
    seller.seller().offers(offer -> new OfferPolicy.Answer.Reject("not on Sundays"));
    Negotiation talks = buyer.negotiate(listing, add(), half());
    refused(ErrorCode.OFFER_REJECTED, () -> signed(talks), "not on Sundays");
    Task task = buyer.submit(add(), half());
    refused(ErrorCode.OFFER_REJECTED, () -> task.await(LONG), "not on Sundays");
    refused(ErrorCode.WRONG_STATE, task::invoice, task.id());
    refused(ErrorCode.WRONG_STATE, task::result, task.id());
  }

  @Test
  void aRejectedTaskGoesToTheNextSeller() {
    seller.seller().offers(offer -> new OfferPolicy.Answer.Reject("not on Sundays"));
    Task task = buyer.submit(withoutRegion(), half());
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    assertThat(task.invoice().seller()).isEqualTo(bystanderKey.address());
  }

  private io.edgebeat.api.task.TaskSpec withoutRegion() {
    return io.edgebeat.api.task.TaskSpec.of(add().workload());
  }

  @Test
  void aCounterWithinTheBudgetIsAccepted() {
    Price more = new Price(Edg.of("0.0012"), TickUnit.seconds(1), Edg.of("0.003"));
    seller.seller().offers(offer -> new OfferPolicy.Answer.Counter(more));
    Task task = buyer.submit(add(), half());
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    assertThat(task.invoice().setup()).isEqualTo(more.setup());
    assertThat(task.invoice().tickAmount()).isEqualTo(more.perTick());
  }

  @Test
  void aSellerThatIsGoneGivesNoAnswer() {
    seller.close();
    Negotiation talks = buyer.negotiate(listing, add(), half());
    refused(ErrorCode.NO_ANSWER, () -> signed(talks), "did not answer in time");
  }

  @Test
  void aTaskOfASellerThatNeverAnswersGoesToTheNext() throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    seller
        .seller()
        .offers(
            offer -> {
              try {
                over.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new OfferPolicy.Answer.Accept();
            });
    try {
      Task task = buyer.submit(withoutRegion(), half());
      assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(task.invoice().seller()).isEqualTo(bystanderKey.address());
    } finally {
      over.countDown();
    }
  }

  @Test
  void anUnknownAgreementIsNamed() {
    AgreementId id =
        AgreementId.parse("0x1100000000000000000000000000000000000000000000000000000000000022");
    refused(ErrorCode.NOT_FOUND, () -> buyer.open(id, LONG), id);
    refused(ErrorCode.NOT_FOUND, () -> buyer.run(id, add()), id);
    refused(ErrorCode.NOT_FOUND, () -> buyer.terminate(id), id);
    refused(ErrorCode.NOT_FOUND, () -> buyer.topUp(id, Edg.of("1")), id);
    assertThat(ledger.agreement(id, Finality.PENDING).paid().isZero()).isTrue();
  }
}
