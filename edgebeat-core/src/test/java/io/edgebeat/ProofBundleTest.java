package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ProofReport;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The evidence of real nodes, while they run and when they do not. */
class ProofBundleTest extends Funded {
  private static final AgreementId UNKNOWN = AgreementId.parse("ab".repeat(32));

  @TempDir Path directory;

  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    // So small that a snapshot takes the place of records.
    return node.directory(directory.resolve("node")).option("snapshotBytes", "16384");
  }

  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.directory(directory.resolve("seller"));
  }

  private static void failsAs(ErrorCode code, ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  @Test
  void aNodeGivesTheSameEvidenceWhileItRunsAndAfterwards() throws Exception {
    Task task = buyer.submit(add(), half());
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    AgreementId id = task.agreement().orElseThrow();
    Path home = directory.resolve("node");
    failsAs(ErrorCode.LOCKED, () -> EdgeBeat.proof(home, id), "journal");
    failsAs(ErrorCode.NOT_FOUND, () -> buyerNode.proof(UNKNOWN), UNKNOWN.toString());

    byte[] running = buyerNode.proof(id);
    assertThat(task.proof()).isEqualTo(running);
    ProofReport report = EdgeBeat.verifyProof(running);
    assertThat(report.holds()).as("%s", report.statements()).isTrue();
    assertThat(report.agreement()).isEqualTo(id);
    assertThat(report.missing()).isEmpty();
    until(
        () -> EdgeBeat.verifyProof(seller.proof(id)).missing().isEmpty(),
        () -> "the seller's evidence is not complete");
    assertThat(EdgeBeat.verifyProof(seller.proof(id)).holds()).isTrue();
    assertThat(new String(seller.proof(id), StandardCharsets.UTF_8)).contains("\"listing\":");

    Invoice invoice = task.invoice();
    assertThat(EdgeBeat.invoice(EdgeBeat.json(invoice))).isEqualTo(invoice);
    assertThat(EdgeBeat.html(invoice)).contains(id.toString());

    buyerNode.close();
    failsAs(ErrorCode.CLOSED, () -> buyerNode.proof(id), "closed");
    assertThat(EdgeBeat.proof(home, id)).isEqualTo(running);
    failsAs(ErrorCode.NOT_FOUND, () -> EdgeBeat.proof(home, UNKNOWN), UNKNOWN.toString());
    assertThat(JournalSummary.read(home))
        .isEqualTo(JournalSummary.read(home, ledger.info(), signatures))
        .anyMatch(s -> s.id().equals(id) && s.invoice().equals(java.util.Optional.of(invoice)));

    Path copy = directory.resolve("copy");
    EdgeBeat.backup(home, copy);
    assertThat(EdgeBeat.verify(copy).backup()).isTrue();
    Path restored = directory.resolve("restored");
    EdgeBeat.restore(copy, restored);
    assertThat(EdgeBeat.proof(restored, id)).isEqualTo(running);
    failsAs(ErrorCode.INVALID_ARGUMENT, () -> EdgeBeat.backup(home, copy), "there already");

    failsAs(
        ErrorCode.NOT_FOUND,
        () -> EdgeBeat.proof(directory.resolve("nowhere"), id),
        "name the directory of a node");
    Files.write(restored.resolve("node.json"), new byte[] {'{'});
    failsAs(ErrorCode.CORRUPTED, () -> EdgeBeat.proof(restored, id), "node.json");
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(List.of("node", "seller", "copy", "restored"));
    }
  }
}
