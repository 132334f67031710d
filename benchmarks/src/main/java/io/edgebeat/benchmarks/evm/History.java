package io.edgebeat.benchmarks.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.chain.evm.market.MarketCalls;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.tx.Fees;
import io.edgebeat.chain.evm.tx.RawTransaction;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.ListingDraft;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Listings that were advertised before, each with its document. The seller is a contract that makes
 * several calls in one transaction, for ten thousand transactions would take longer than what is
 * measured.
 */
final class History {
  /** Listings a block. */
  static final int TOGETHER = 20;

  private static final int BATCH = 25;
  private static final Address SELLER = Address.parse("0x5e11e5e11e5e11e5e11e5e11e5e11e5e11e5e11e");

  /**
   * Takes a contract, a length, and calls of that length, and makes them one after the other:
   * {@code for (i = 64; i < calldatasize; i += length) if (!call(contract, data[i..])) revert}.
   */
  private static final String CALLER =
      "0x60405b3681101560225760203580825f375f5f825f5f5f355af115602457016002565b005b5f5ffd";

  private final EvmNet net;
  private final KeySigner key;
  private final MarketCalls calls;
  private final List<Bytes32> sent = new ArrayList<>();
  private long nonce;

  private History(EvmNet net, KeySigner key, MarketCalls calls) {
    this.net = net;
    this.key = key;
    this.calls = calls;
  }

  /** Advertises so many listings, and keeps their documents. */
  static void write(EvmNet net, ContentStore content, int count) throws InterruptedException {
    Call<Boolean> code =
        Call.of("anvil_setCode", json -> true, Json.of(SELLER.toString()), Json.of(CALLER));
    var unused = net.rpc.ask(code);
    KeySigner key = net.key();
    net.net.fund(key.address(), 1_000_000);
    MarketCalls calls =
        new MarketCalls(net.treasury.info().domain(), net.deployment.token(), SELLER);
    new History(net, key, calls).all(content, count);
  }

  private void all(ContentStore content, int count) throws InterruptedException {
    Instant until = Instant.ofEpochSecond(net.net.now().getEpochSecond() + 10_000_000);
    List<Call<?>> batch = new ArrayList<>();
    for (int i = 0; i < count; i += TOGETHER) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes(new byte[12]);
      data.writeBytes(net.deployment.market().toBytes());
      for (int k = i; k < i + TOGETHER; k++) {
        byte[] document = Documents.listing(draft(k, until));
        var id = content.put(ContentSource.of(document), Progress.NONE);
        byte[] call =
            calls
                .of(new LedgerCommand.Advertise(Documents.hash(document), Documents.uri(id), until))
                .data()
                .toBytes();
        if (k == i) {
          data.writeBytes(word(call.length));
        }
        data.writeBytes(call);
      }
      batch.add(transaction(data.toByteArray()));
      if (batch.size() == BATCH || i + TOGETHER >= count) {
        Answers answers = net.rpc.ask(batch);
        batch.forEach(answers::get);
        batch.clear();
      }
    }
    Call<Long> used =
        Call.of(
            "eth_getTransactionCount",
            Hex::number,
            Json.of(key.address().toString()),
            Json.of("latest"));
    for (int i = 0; i < 3_000 && net.rpc.ask(used) < nonce; i++) {
      LockSupport.parkNanos(10_000_000);
    }
    List<Call<?>> receipts = new ArrayList<>();
    for (Bytes32 hash : sent) {
      receipts.add(
          Call.of(
              "eth_getTransactionReceipt",
              json -> Hex.number(json.at("status")) == 1,
              Json.of(hash.toString())));
    }
    Answers answers = net.rpc.ask(receipts);
    if (!receipts.stream().allMatch(receipt -> answers.get(receipt).equals(true))) {
      throw new IllegalStateException("a listing was refused");
    }
    // Until all of it is history.
    net.net.mine(EvmNet.DEPTH + 100);
  }

  private static byte[] word(int value) {
    byte[] word = new byte[32];
    for (int i = 0; i < 4; i++) {
      word[31 - i] = (byte) (value >>> (8 * i));
    }
    return word;
  }

  private Call<Bytes32> transaction(byte[] data) {
    Fees fees = new Fees(BigInteger.ONE, BigInteger.TEN.pow(12));
    RawTransaction t =
        new RawTransaction(
            net.deployment.chainId(),
            nonce++,
            fees,
            TOGETHER * 150_000L,
            Optional.of(SELLER),
            Blob.of(data));
    RawTransaction.Signed signed =
        new RawTransaction.Signed(
            t, key.sign(new SigningRequest.OfTransaction(t.digest(), t.chainId(), "advertise")));
    sent.add(signed.hash());
    return Call.of(
        "eth_sendRawTransaction",
        Hex::bytes32,
        Json.of("0x" + HexFormat.of().formatHex(signed.bytes())));
  }

  private static ListingDraft draft(int number, Instant until) {
    return new ListingDraft(
        SELLER,
        number + 1,
        until,
        "bench:seller",
        SELLER,
        "eu-west",
        new ResourceSpec(1_000 + number % 16 * 500, 1L << 30, 1L << 33),
        Set.of("wasm"),
        List.of(),
        new Price(
            Amount.of(Asset.EDG, 1_000_000_000_000L + number),
            new TickUnit(TickUnit.Kind.SECONDS, 1),
            Edg.of("0.001")),
        true);
  }
}
