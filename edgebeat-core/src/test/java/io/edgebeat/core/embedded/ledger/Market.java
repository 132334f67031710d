package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.storage.ContentId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A chain with named accounts of 1 000 EDG each and a clock that tests move. */
final class Market implements AutoCloseable {
  static final Instant T0 = Instant.ofEpochSecond(1_800_000_000);
  static final Duration CHALLENGE = Duration.ofHours(2);
  static final Bytes32 INVOICE = ContentId.sha256(new byte[] {1});

  static final class Clock implements InstantSource {
    volatile Instant now = T0;

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration by) {
      now = now.plus(by);
    }
  }

  final Clock clock = new Clock();
  final SignatureBackend signatures;
  final Map<String, KeySigner> keys = new LinkedHashMap<>();
  final Map<String, Ledger> ledgers = new LinkedHashMap<>();
  final List<SignedTransaction> sent = new ArrayList<>();
  final EmbeddedChain chain;
  final SigningDomain domain;

  Market(SignatureBackend signatures, String... names) {
    this(signatures, c -> c, EmbeddedChain::inMemory, names);
  }

  Market(
      SignatureBackend signatures,
      UnaryOperator<EmbeddedChain.Config> change,
      Function<EmbeddedChain.Config, EmbeddedChain> open,
      String... names) {
    this.signatures = signatures;
    Map<Address, Amount> funds = new LinkedHashMap<>();
    for (String name : names) {
      KeySigner key = key(signatures, name);
      keys.put(name, key);
      funds.put(key.address(), Edg.of("1000"));
    }
    chain =
        open.apply(
            change.apply(
                EmbeddedChain.config(signatures)
                    .clock(clock)
                    .funds(funds)
                    .blockInterval(Duration.ZERO)));
    domain = chain.info().domain();
    keys.forEach((name, key) -> ledgers.put(name, chain.connect(key)));
  }

  static KeySigner key(SignatureBackend signatures, String name) {
    byte[] seed = ContentId.sha256(name.getBytes(StandardCharsets.UTF_8)).toBytes();
    seed[0] = 1;
    return KeySigner.of(signatures, Secret.of(seed));
  }

  Address address(String name) {
    return keys.get(name).address();
  }

  Signature sign(String name, TypedMessage message) {
    return keys.get(name).sign(new SigningRequest.OfMessage(domain, message));
  }

  Agreement agreement(String buyer, String seller, String key, int salt) {
    return agreement(buyer, seller, key, Agreement.Funding.WALLET, salt);
  }

  Agreement agreement(
      String buyer, String seller, String key, Agreement.Funding funding, int salt) {
    return new Agreement(
        address(buyer),
        address(seller),
        address(key),
        Edg.of("10"),
        Edg.of("1"),
        T0.plusSeconds(3_600),
        T0.plusSeconds(40_000),
        CHALLENGE,
        0,
        0,
        funding,
        ContentId.sha256(new byte[] {(byte) salt}));
  }

  AgreementId id(Agreement a) {
    return a.id(domain);
  }

  LedgerCommand.Open open(Agreement a, String buyer, String seller) {
    return new LedgerCommand.Open(a, Optional.of(sign(buyer, a)), Optional.of(sign(seller, a)));
  }

  VoucherClaim voucher(Agreement a, String key, Amount cumulative) {
    return voucher(a, key, cumulative, Edg.units(0), 0, 0);
  }

  VoucherClaim voucher(Agreement a, String key, Amount cumulative, Amount tick, int count, int k) {
    AgreementId id = id(a);
    Bytes32[] links = TickChain.links(id, INVOICE, count);
    Voucher v =
        new Voucher(
            id, 1, cumulative, count == 0 ? Bytes32.ZERO : links[0], tick, count, Bytes32.ZERO);
    return new VoucherClaim(new Signed<>(v, sign(key, v)), k, k == 0 ? Bytes32.ZERO : links[k]);
  }

  LedgerCommand.Settle settle(Agreement a, Amount cumulative, String buyerSide, String seller) {
    Settlement s = new Settlement(id(a), cumulative, INVOICE);
    return new LedgerCommand.Settle(
        a, s, Optional.of(sign(buyerSide, s)), Optional.of(sign(seller, s)));
  }

  TransactionStatus send(String name, LedgerCommand command) {
    Ledger ledger = ledgers.get(name);
    SignedTransaction t = ledger.prepare(command);
    sent.add(t);
    ledger.broadcast(t);
    return ledger.status(t.id());
  }

  AgreementRecord record(Agreement a) {
    return any().agreement(id(a), Finality.PENDING);
  }

  Amount balance(String name) {
    return any().balance(address(name), Finality.PENDING);
  }

  Amount vault(String name) {
    return any().vault(address(name), Finality.PENDING);
  }

  Ledger any() {
    return ledgers.values().iterator().next();
  }

  List<LedgerEntry> events() {
    List<LedgerEntry> all = new ArrayList<>();
    LedgerCursor at = LedgerCursor.START;
    while (true) {
      var page = any().awaitEvents(at, 100, Duration.ZERO);
      if (page.entries().isEmpty()) {
        return all;
      }
      all.addAll(page.entries());
      at = page.next();
    }
  }

  @Override
  public void close() {
    chain.close();
  }
}
