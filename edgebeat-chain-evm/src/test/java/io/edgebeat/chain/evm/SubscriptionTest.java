package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.chain.evm.rpc.FaultyNode;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.testkit.LedgerBench.Party;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chain is followed by what it tells: nobody polls for hours, and nobody waits for minutes. */
@Timeout(120)
class SubscriptionTest {
  private static EvmLedger connect(EvmBench bench, URI node, Duration poll) {
    EvmOptions options =
        new EvmOptions(
            List.of(node),
            bench.deployment,
            EvmBench.DEPTH,
            poll,
            RpcLimits.DEFAULTS,
            GasPolicy.DEFAULT);
    return EvmLedger.connect(
        options,
        bench.signer(Party.BUYER),
        EvmBench.SIGNATURES,
        Optional.of(Thread.ofPlatform().daemon().factory()));
  }

  private static URI webSocket(Devnet net) {
    return URI.create("ws://127.0.0.1:" + net.uri().getPort());
  }

  @Test
  void whoWaitsIsWokenOverWebSocketAndSocket() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here())) {
      for (URI node : List.of(webSocket(bench.net), bench.net.ipc().orElseThrow())) {
        try (EvmLedger ledger = connect(bench, node, Duration.ofHours(1))) {
          while (!ledger.isTold()) {
            TimeUnit.MILLISECONDS.sleep(5);
          }
          LedgerCursor at = LedgerCursor.START;
          while (true) {
            EventPage page = ledger.awaitEvents(at, 100, Duration.ZERO);
            at = page.next();
            if (page.entries().isEmpty()) {
              break;
            }
          }
          LedgerCursor behind = at;
          CompletableFuture<EventPage> news =
              CompletableFuture.supplyAsync(
                  () -> ledger.awaitEvents(behind, 100, Duration.ofHours(1)));
          SignedTransaction t =
              ledger.prepare(
                  new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1")));
          ledger.broadcast(t);
          assertThat(news.get(60, TimeUnit.SECONDS).entries())
              .singleElement()
              .satisfies(e -> assertThat(e.event()).isInstanceOf(LedgerEvent.Transferred.class));
        }
      }
      try (Ledger ledger = bench.connect(Party.BUYER)) {
        assertThat(ledger.balance(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("998"));
      }
    }
  }

  /** Its socket is nobody else's, and goes with it. */
  @Test
  void whatAChainWritesIsPrivateAndDeleted() throws Exception {
    Anvil.here();
    Path socket;
    try (Devnet net = Devnet.start()) {
      socket = Path.of(net.ipc().orElseThrow().getPath());
      assertThat(socket).exists();
      assertThat(Files.getPosixFilePermissions(socket.getParent()))
          .extracting(Enum::name)
          .allMatch(name -> name.startsWith("OWNER"));
      net.mine(600);
      assertThat(socket.resolveSibling("states")).isNotEmptyDirectory();
    }
    assertThat(socket.getParent()).doesNotExist();
    try (Devnet forgetful = Devnet.start("--prune-history", "50")) {
      forgetful.mine(600);
      Path own = Path.of(forgetful.ipc().orElseThrow().getPath()).resolveSibling("states");
      assertThat(Files.exists(own) && own.toFile().list().length > 0).isFalse();
    }
  }

  @Test
  void whoAsksOftenDoesNotLookMoreOften() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        EvmLedger ledger = connect(bench, node.uri(), Duration.ofHours(1))) {
      LedgerCursor at = ledger.awaitEvents(LedgerCursor.START, 100, Duration.ofMillis(1)).next();
      int before = node.requests();
      for (int i = 0; i < 50; i++) {
        ledger.awaitEvents(at, 100, Duration.ofMillis(1));
      }
      assertThat(node.requests()).isEqualTo(before);
      // Who does not wait at all wants to know now.
      bench.net.mine(1);
      assertThat(ledger.awaitEvents(at, 100, Duration.ZERO).head().number())
          .isEqualTo(bench.net.head());
    }
  }
}
