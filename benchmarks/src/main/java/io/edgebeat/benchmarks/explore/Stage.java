package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.market.VerificationTier;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.agreement.BuyerPolicy;
import io.edgebeat.core.agreement.MoneyRules;
import io.edgebeat.core.agreement.SellerPolicy;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who takes part, what they agree on and by which rules, in numbers as small as they can be: a tick
 * costs one base unit, and a second is the unit of time.
 */
final class Stage {
  static final Instant T0 = Instant.ofEpochSecond(1_800_000_000);

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofDays(1);

  /**
   * The numbers.
   *
   * @param unit what a tick pays for
   * @param setup the price of set-up
   * @param deposit the deposit
   * @param fee the escrowed fee
   * @param unpaid m, how many ticks may begin unpaid
   * @param window W, how many ticks are revealed before they are delivered
   * @param openBy the last second in which it can be opened
   * @param expiry the second of the expiry
   * @param challenge how many seconds the seller can claim after requestClose
   * @param patience how many seconds each side waits for the other
   */
  record Numbers(
      TickUnit unit,
      long setup,
      long deposit,
      long fee,
      int unpaid,
      int window,
      long openBy,
      long expiry,
      long challenge,
      long patience) {}

  final Numbers numbers;
  final PlainSignatures signatures = new PlainSignatures();
  final Secret buyerKey = secret("buyer");
  final Secret sellerKey = secret("seller");
  final Secret voucherKey = secret("voucher key");
  final Secret receiptKey = secret("receipt key");
  final Address buyer = signatures.publicKey(buyerKey).address();
  final Address seller = signatures.publicKey(sellerKey).address();
  final Address stranger = signatures.publicKey(secret("stranger")).address();
  final NegotiationId negotiation =
      NegotiationId.of(Arrays.copyOf(secret("negotiation").reveal(), 16));
  final PartitionKey buying = PartitionKey.buyer(negotiation);
  final PartitionKey selling = PartitionKey.seller(negotiation);
  final Protocol protocol;
  final MoneyRules rules;
  final TaskId taskId = TaskId.of(new byte[16]);
  final TaskSpec spec = TaskSpec.wasm(content("module"));
  final Terms terms;
  final Agreement agreement;
  final AgreementId id;
  final Listing listing;
  final BuyerPolicy buyerPolicy;
  final SellerPolicy sellerPolicy;

  Stage(Numbers numbers) {
    this.numbers = numbers;
    SigningDomain domain =
        SigningDomain.edgeBeat(7, signatures.publicKey(secret("market")).address());
    LedgerParameters parameters =
        new LedgerParameters(
            units(1), units(0), units(1_000), SECOND, LONG.multipliedBy(2), LONG.multipliedBy(2));
    protocol = new Protocol(new LedgerInfo(domain, Asset.EDG, 0, Set.of(), parameters), signatures);
    rules =
        new MoneyRules(
            domain,
            parameters,
            (digest, signature) -> signatures.recover(digest, signature).map(k -> k.address()));
    Price price = new Price(units(1), numbers.unit, units(numbers.setup));
    ResourceSpec resources = new ResourceSpec(1_000, 1L << 30, 0);
    listing =
        new Listing(
            new ListingId(seller, Bytes32.of(secret("listing").reveal())),
            1,
            T0.plus(LONG),
            "jvm:seller",
            protocol.address(receiptKey),
            "local",
            resources,
            Set.of("wasm"),
            List.of(),
            price,
            true);
    terms =
        new Terms(
            listing.id(),
            listing.sequence(),
            "wasm",
            Optional.of(spec.workload().image()),
            ExecutionLimits.DEFAULTS,
            new ResourceSpec(100, ExecutionLimits.DEFAULTS.memoryBytes(), 0),
            price,
            1,
            numbers.unpaid,
            numbers.window,
            units(0),
            protocol.address(receiptKey),
            HostProfile.NOTHING,
            Map.of(),
            VerificationTier.T0,
            Bytes32.of(secret("salt").reveal()));
    agreement = agreement(numbers.challenge);
    id = protocol.id(agreement);
    Duration patience = Duration.ofSeconds(numbers.patience);
    buyerPolicy =
        new BuyerPolicy(
            numbers.window,
            numbers.unpaid,
            1,
            4,
            LONG,
            Duration.ofSeconds(numbers.openBy),
            patience,
            patience,
            patience,
            patience,
            Duration.ofSeconds(numbers.challenge),
            Duration.ofSeconds(numbers.expiry),
            SECOND,
            0);
    sellerPolicy =
        new SellerPolicy(
            numbers.unpaid,
            numbers.unpaid,
            4,
            true,
            LONG,
            patience,
            patience,
            patience,
            patience,
            patience,
            Duration.ZERO,
            SECOND,
            units(0),
            units(0));
  }

  /** What the two could sign, with another challenge. */
  Agreement agreement(long challenge) {
    return new Agreement(
        buyer,
        seller,
        protocol.address(voucherKey),
        units(numbers.deposit),
        units(numbers.fee),
        at(numbers.openBy),
        at(numbers.expiry),
        Duration.ofSeconds(challenge),
        0,
        0,
        Agreement.Funding.WALLET,
        Documents.termsHash(terms));
  }

  /** The buyer's proposal of some agreement. */
  Offer offer(Agreement proposed) {
    return new Offer(
        negotiation,
        1,
        terms,
        protocol.sign(proposed, buyerKey),
        T0.plus(LONG),
        terms.maximumLoss(proposed, true));
  }

  /** What an honest buyer begins with. */
  Event.Begin begin() {
    return new Event.Begin(
        negotiation,
        Optional.of(taskId),
        spec,
        units(1_000),
        listing,
        List.of(),
        terms,
        agreement,
        voucherKey,
        secret("first seed"),
        Event.Way.COMPACT,
        true);
  }

  <T extends TypedMessage> Signed<T> byVoucherKey(T message) {
    return protocol.sign(message, voucherKey);
  }

  static Instant at(long second) {
    return T0.plusSeconds(second);
  }

  static Amount units(long count) {
    return Edg.units(count);
  }

  static Secret secret(String name) {
    byte[] bytes = ContentId.sha256(name.getBytes(StandardCharsets.UTF_8)).toBytes();
    bytes[0] = 1;
    return Secret.of(bytes);
  }

  static ContentId content(String name) {
    return ContentId.ofRaw(name.getBytes(StandardCharsets.UTF_8));
  }
}
