package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.chain.evm.rpc.FakeNode;
import io.edgebeat.chain.evm.rpc.FaultyNode;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.testkit.LedgerBench.Party;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A long history behind nodes that give little of it at once. */
@Timeout(120)
class HistoryTest {
  /** What was asked of logs, and how many came back. */
  private final AtomicInteger asked = new AtomicInteger();

  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicLong blocks = new AtomicLong();

  private static FaultyNode.Fault error(long code, String message) {
    String error = "\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\"}";
    return (node, body, out) -> FakeNode.http(out, FakeNode.answer(body, error));
  }

  private static final FaultyNode.Fault TOO_WIDE = error(-32_000, "block range is too large");

  /** Refuses what reaches over too many blocks, as nodes do, and counts. */
  private FaultyNode.Plan limit(long most) {
    return limit(most, TOO_WIDE);
  }

  private FaultyNode.Plan limit(long most, FaultyNode.Fault refusal) {
    return (number, request) -> {
      Json call = Json.parse(request.getBytes(StandardCharsets.UTF_8));
      boolean range =
          call instanceof Json.Obj
              && call.at("method").equals(Json.of("eth_getLogs"))
              && !call.at("params").items().getFirst().at("fromBlock").isNull();
      if (!range) {
        return FaultyNode.NONE;
      }
      Json filter = call.at("params").items().getFirst();
      long reach = Hex.number(filter.at("toBlock")) - Hex.number(filter.at("fromBlock")) + 1;
      asked.incrementAndGet();
      if (reach > most) {
        refused.incrementAndGet();
        return refusal;
      }
      blocks.addAndGet(reach);
      return FaultyNode.NONE;
    };
  }

  private void reset() {
    asked.set(0);
    refused.set(0);
    blocks.set(0);
  }

  private static Bytes32 content(int n) {
    return ContentId.sha256(ByteBuffer.allocate(4).putInt(n).array());
  }

  @Test
  void rangesShrinkAndGrowWithWhatIsTaken() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger seller = bench.connect(Party.SELLER)) {
      List<ListingId> ids = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Persistent.send(
            seller,
            new LedgerCommand.Advertise(
                content(i), "ipfs://" + i, bench.now().plusSeconds(1_000_000)));
        ids.add(new ListingId(seller.account(), content(i)));
        bench.net.mine(60);
      }
      List<List<Object>> expected = new Persistent.Reader(seller).all().places();
      long length = bench.net.head() - bench.deployment.firstBlock();
      for (long most : new long[] {1_000_000, 100, 17}) {
        node.plan(limit(most));
        reset();
        try (Ledger reading = connect(bench, node)) {
          assertThat(new Persistent.Reader(reading).all().places()).isEqualTo(expected);
        }
        // Each block once, and few questions that were in vain.
        assertThat(blocks.get()).isLessThanOrEqualTo(length);
        assertThat(asked.get() - refused.get())
            .isLessThanOrEqualTo((int) (2 * length / Math.min(most, 2_000)) + 4);
        assertThat(refused.get()).isLessThanOrEqualTo(asked.get() / 4 + 8);
      }
      node.plan(limit(1_000_000));
      try (Ledger reading = connect(bench, node)) {
        oneListingIsFoundByItself(reading, ids, length);
        oneAgreementIsReadOnce(bench, reading, seller);
      }
    }
  }

  /** The newest needs no more than the newest part of the chain, and the second time none of it. */
  private void oneListingIsFoundByItself(Ledger reading, List<ListingId> ids, long length) {
    reset();
    assertThat(reading.listing(ids.getLast(), Finality.PENDING).orElseThrow().uri())
        .isEqualTo("ipfs://11");
    assertThat(asked.get()).isEqualTo(1);
    assertThat(blocks.get()).isLessThan(length / 2);
    reset();
    assertThat(reading.listing(ids.getLast(), Finality.PENDING)).isPresent();
    assertThat(asked.get()).isZero();
    assertThat(reading.listing(ids.getFirst(), Finality.PENDING).orElseThrow().uri())
        .isEqualTo("ipfs://0");
    assertThat(asked.get()).isLessThanOrEqualTo(3);
  }

  /** What is final is not read again, and what comes new is seen. */
  private void oneAgreementIsReadOnce(EvmBench bench, Ledger reading, Ledger seller)
      throws InterruptedException {
    Deal deal = new Deal(bench, 77);
    assertThat(reading.agreement(deal.id(), Finality.PENDING).status())
        .isEqualTo(AgreementStatus.NONE);
    try (Ledger buyer = bench.connect(Party.BUYER)) {
      Persistent.send(buyer, deal.open());
    }
    bench.net.mine(200);
    assertThat(reading.agreement(deal.id(), Finality.FINAL).status())
        .isEqualTo(AgreementStatus.OPEN);
    Persistent.send(seller, deal.claim(Edg.of("1")));
    reset();
    assertThat(reading.agreement(deal.id(), Finality.PENDING).claimed()).isEqualTo(Edg.of("1"));
    assertThat(blocks.get()).isLessThan(3L * EvmBench.DEPTH);
    // What a reorganisation drops is not remembered.
    bench.net.reorganise(2);
    assertThat(reading.agreement(deal.id(), Finality.PENDING).claimed()).isEqualTo(Edg.of("0"));
  }

  private static Ledger connect(EvmBench bench, FaultyNode node) {
    return EvmLedger.connect(
        EvmBench.options(bench.deployment, List.of(node.uri())),
        bench.signer(Party.BUYER),
        EvmBench.SIGNATURES);
  }

  /** Two nodes with limits of their own are asked for what both give. */
  @Test
  void ofTwoNodesTheSmallerLimitCounts() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode one = new FaultyNode(bench.net.uri());
        FaultyNode other = new FaultyNode(bench.net.uri());
        Ledger seller = bench.connect(Party.SELLER)) {
      Persistent.send(
          seller, new LedgerCommand.Transfer(bench.signer(Party.BUYER).address(), Edg.of("1")));
      bench.net.mine(200);
      one.plan(limit(60));
      other.plan(limit(20));
      try (Ledger reading =
          EvmLedger.connect(
              EvmBench.options(bench.deployment, List.of(one.uri(), other.uri())),
              bench.signer(Party.BUYER),
              EvmBench.SIGNATURES)) {
        assertThat(new Persistent.Reader(reading).all().standing).hasSize(1);
      }
      assertThat(refused.get()).isPositive();
    }
  }

  /** Hosted nodes refuse by a number that also means something else, gateways by a status. */
  @Test
  void rangesShrinkHoweverTheyAreRefused() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger seller = bench.connect(Party.SELLER)) {
      Persistent.send(
          seller, new LedgerCommand.Transfer(bench.signer(Party.BUYER).address(), Edg.of("1")));
      bench.net.mine(100);
      RpcLimits once =
          new RpcLimits(Duration.ofSeconds(2), 1 << 24, 100, 0, 1, Duration.ofMillis(1));
      for (FaultyNode.Fault fault :
          List.of(
              error(-32_005, "query returned more than 10000 results"),
              (n, body, out) ->
                  FakeNode.raw(out, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"),
              (n, body, out) ->
                  FakeNode.raw(out, "HTTP/1.1 504 Too Late\r\nContent-Length: 0\r\n\r\n"),
              (n, body, out) -> {})) {
        node.plan(limit(30, fault));
        reset();
        try (Ledger reading =
            EvmLedger.connect(
                new EvmOptions(
                    List.of(node.uri()),
                    bench.deployment,
                    EvmBench.DEPTH,
                    Duration.ofMillis(20),
                    once,
                    GasPolicy.DEFAULT),
                bench.signer(Party.BUYER),
                EvmBench.SIGNATURES)) {
          assertThat(new Persistent.Reader(reading).all().standing).hasSize(1);
        }
        assertThat(refused.get()).isPositive();
      }
    }
  }
}
