package io.edgebeat.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.IndexQueries;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The provider, as a node finds it. */
@Timeout(120)
class IndexedNodeTest {
  /** {@code (func (export "add") (param i32 i32) (result i32) ...)}, from the README. */
  private static final String ADD =
      "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b";

  @TempDir Path directory;

  private final KeySigner key = KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());

  private static void until(BooleanSupplier reached) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).as("a minute is not enough").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aNodeThatFindsTheJarKeepsItsPictureAndHasItAfterARestart() throws Exception {
    try (LocalMarket market = EdgeBeat.local().directory(directory).realTime()) {
      market.fund(key.address(), Edg.of("5"));
      Task task;
      IndexEntry.OfInvoice invoice;
      try (EdgeBeatNode node = market.node("mine", key).noExecutor().open()) {
        IndexQueries index = node.index().orElseThrow();
        until(() -> index.listings(PageKey.first(10)).items().size() == 1);
        ContentId image =
            market.content().put(ContentSource.of(HexFormat.of().parseHex(ADD)), Progress.NONE);
        Workload add = new Workload("wasm", image, Optional.of("add"), List.of("2", "40"));
        task = node.buyer().submit(TaskSpec.of(add), Budget.upTo(Edg.of("0.5")));
        assertThat(task.await(Duration.ofMinutes(1))).isInstanceOf(TaskOutcome.Completed.class);
        until(() -> index.invoice(task.agreement().orElseThrow()).isPresent());
        invoice = index.invoice(task.agreement().orElseThrow()).orElseThrow();
        assertThat(invoice.invoice()).isEqualTo(task.invoice());
        assertThat(node.health().problems()).isEmpty();
      }
      try (EdgeBeatNode node = market.node("mine", key).noExecutor().open()) {
        IndexQueries index = node.index().orElseThrow();
        assertThat(index.invoices(PageKey.first(10)).items()).containsExactly(invoice);
        IndexEntry.OfAgreement row = index.agreement(task.agreement().orElseThrow()).orElseThrow();
        assertThat(row.status()).isEqualTo(AgreementStatus.CLOSED);
        assertThat(row.paid()).isEqualTo(invoice.invoice().paid());
        node.rebuildIndex();
        long drawn = index.cursor().orElseThrow().journalSequence();
        until(() -> index.cursor().orElseThrow().journalSequence() >= drawn);
        assertThat(index.invoices(PageKey.first(10)).items()).containsExactly(invoice);
      }
      Path database = directory.resolve("mine/index/picture.mv.db");
      assertThat(database).exists();
      JdbcStateIndexTest.damage(database);
      try (EdgeBeatNode node = market.node("mine", key).noExecutor().open()) {
        IndexQueries index = node.index().orElseThrow();
        until(() -> node.health().problems().stream().anyMatch(p -> p.contains("tries again")));
        until(() -> node.health().problems().isEmpty());
        assertThat(index.invoices(PageKey.first(10)).items()).containsExactly(invoice);
      }
    }
  }

  @Test
  void aConfigurationThatMeansNothingIsRefusedWhenTheNodeIsOpened() {
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      for (Map<String, String> bad :
          List.of(
              Map.of("uri", "jdbc:h2:mem:x"),
              Map.of("password", "x"),
              Map.of("url", "jdbc:nothing:x"))) {
        EdgeBeatException e =
            catchThrowableOfType(
                EdgeBeatException.class,
                () -> market.node("mine", key).noExecutor().index("jdbc", bad).open().close());
        assertThat(e.code()).isIn(ErrorCode.UNKNOWN_CONFIG_KEY, ErrorCode.INVALID_CONFIG_VALUE);
        assertThat(e.getMessage()).contains("url");
      }
    }
  }

  @Test
  void aDatabaseThatIsGoneIsOneProblemMoreAndNothingElse() throws Exception {
    try (LocalMarket market = EdgeBeat.local().realTime();
        EdgeBeatNode node =
            market
                .node("mine", key)
                .noExecutor()
                .index("jdbc", Map.of("url", "jdbc:postgresql://127.0.0.1:1/nothing"))
                .open()) {
      until(() -> !node.health().problems().isEmpty());
      assertThat(node.health().serving()).isTrue();
      assertThat(node.health().problems().getFirst())
          .contains("the node works without it", "127.0.0.1:1");
    }
  }
}
