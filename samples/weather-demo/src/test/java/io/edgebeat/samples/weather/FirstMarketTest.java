package io.edgebeat.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.chain.evm.Deployer;
import io.edgebeat.chain.evm.Devnet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From nothing to a settled task on a chain: what the README of edgebeat-chain-evm shows. */
@Timeout(180)
class FirstMarketTest {
  /** {@code (func (export "add") (param i32 i32) (result i32) ..)}. */
  private static final byte[] ADD =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b");

  private static final ResourceSpec SMALL = new ResourceSpec(500, 256L << 20, 0);

  @TempDir Path directory;

  private static KeySigner key() {
    return KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
  }

  @Test
  void aTaskIsBoughtAndSettled() throws Exception {
    ChainMarketTest.needsAnvil();
    Path file = directory.resolve("market.json");
    KeySigner bank = key();
    KeySigner sale = key();
    try (Devnet net = Devnet.start("--block-time", "1")) {
      net.fund(bank.address(), 10);
      net.fund(sale.address(), 10);
      Deployer.deploy(
              net.uri(), bank, Edg.of("1000000"), Duration.ofHours(1), LedgerParameters.DEFAULTS)
          .save(file);
      Map<String, String> chain =
          Map.of("url", net.uri().toString(), "deployment", file.toString(), "finalityDepth", "2");
      try (EdgeBeatNode seller = EdgeBeat.node().signer(sale).ledger("evm", chain).open();
          EdgeBeatNode buyer =
              EdgeBeat.node()
                  .signer(bank)
                  .ledger("evm", chain)
                  .content(seller.content())
                  .noExecutor()
                  .open()) {
        SignedTransaction gift =
            buyer.ledger().prepare(new LedgerCommand.Transfer(sale.address(), Edg.of("5")));
        buyer.ledger().broadcast(gift);
        while (seller.ledger().balance(sale.address(), Finality.FINAL).isZero()) {
          Thread.onSpinWait();
        }
        Price price = new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002"));
        seller.seller().advertise(new ListingSpec("here", SMALL, price, Duration.ofHours(1)));
        while (buyer.buyer().search(ListingQuery.ALL, PageKey.first(1)).items().isEmpty()) {
          Thread.onSpinWait();
        }
        ContentId image = buyer.content().put(ContentSource.of(ADD), Progress.NONE);
        Amount before = seller.ledger().balance(sale.address(), Finality.FINAL);
        Workload sum = new Workload("wasm", image, Optional.of("add"), List.of("2", "40"));
        Task task = buyer.buyer().submit(TaskSpec.of(sum), Budget.upTo(Edg.of("0.5")));
        TaskOutcome outcome = task.await(Duration.ofMinutes(1));
        Amount after = seller.ledger().balance(sale.address(), Finality.FINAL);
        assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
        assertThat(task.result().readAllBytes()).asString(StandardCharsets.UTF_8).contains("42");
        assertThat(after).isEqualTo(before.plus(task.invoice().paid()));
        assertThat(
                buyer.ledger().agreement(task.agreement().orElseThrow(), Finality.FINAL).status())
            .isEqualTo(AgreementStatus.CLOSED);
      }
    }
  }
}
