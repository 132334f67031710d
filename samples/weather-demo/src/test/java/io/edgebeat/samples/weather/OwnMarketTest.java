package io.edgebeat.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.testkit.BalancesKept;
import io.edgebeat.testkit.fault.FaultyTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A test of an application: a market of its own, a bad line, and every token counted. */
@BalancesKept
class OwnMarketTest implements BalancesKept.Counted {
  /** {@code (func (export "_start"))}. */
  private static final String NOTHING =
      "0061736d0100000001040160000003020100070a01065f737461727400000a040102000b";

  private static final Amount FUNDS = Edg.of("100");

  private final LocalMarket market = EdgeBeat.local().funds(FUNDS).realTime();

  @Override
  public Ledger countedLedger() {
    return market.ledger();
  }

  @Override
  public Map<Address, Amount> initialFunds() {
    Map<Address, Amount> funds = new HashMap<>();
    funds.put(market.buyerNode().address(), FUNDS);
    market.sellers().forEach(seller -> funds.put(seller.address(), FUNDS));
    return funds;
  }

  @Test
  void aTaskIsBoughtOverABadLine() {
    KeySigner key = KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
    market.fund(key.address(), Edg.of("5"));
    FaultyTransport line =
        new FaultyTransport(market.transport(key.address()), 1).loses(2).doubles(4).cuts(6);
    try (EdgeBeatNode node = market.node("far away", key).transport(line).open()) {
      ContentId program =
          market.content().put(ContentSource.of(HexFormat.of().parseHex(NOTHING)), Progress.NONE);
      while (node.buyer().search(ListingQuery.ALL, PageKey.first(1)).items().isEmpty()) {
        // Until the new node has read on the ledger what is for sale.
        Thread.onSpinWait();
      }
      Task task = node.buyer().submit(TaskSpec.wasm(program), Budget.upTo(Edg.of("1")));
      assertThat(task.await(Duration.ofMinutes(1))).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(line.happened()).hasSize(3);
    }
  }

  @AfterEach
  void close() {
    market.close();
  }
}
