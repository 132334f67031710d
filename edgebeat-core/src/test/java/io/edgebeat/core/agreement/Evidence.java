package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.task.ProofReport;
import io.edgebeat.api.task.ProofReport.Verdict;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.Proof;
import io.edgebeat.core.engine.Compaction;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.settle.ProofCollector;
import io.edgebeat.core.settle.Proofs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The proof bundles of two sides, and what is true of every one of them. */
final class Evidence {
  private Evidence() {}

  static Proof of(TwoSides world, TwoSides.Side side) {
    return collected(world, key(world, side), cell(world, side).facts());
  }

  static byte[] bytes(TwoSides world, TwoSides.Side side) {
    return Documents.proof(of(world, side));
  }

  static ProofReport report(Proof proof) {
    return Proofs.verify(Documents.proof(proof), TwoSides.SIGNATURES);
  }

  /** The names of the checks that fail. */
  static List<String> failing(ProofReport report) {
    return report.statements().stream()
        .filter(s -> s.verdict() == Verdict.FAILS)
        .map(ProofReport.Statement::check)
        .toList();
  }

  /** Both bundles can be made and read at any time, and a shortened journal gives the same ones. */
  static void isKept(TwoSides world) {
    for (TwoSides.Side side : List.of(world.buyer, world.seller)) {
      TwoSides.Cell<?> cell = side.cells.get(key(world, side));
      if (cell == null || cell.journal.isEmpty()) {
        continue;
      }
      byte[] whole = bytes(world, side);
      int half = cell.journal.size() / 2;
      List<FactBatch> behind = new ArrayList<>(Compaction.of(cell.journal.subList(0, half)));
      behind.addAll(cell.journal.subList(half, cell.journal.size()));
      for (List<FactBatch> shorter : List.of(Compaction.of(cell.journal), Compaction.of(behind))) {
        List<Fact> facts = shorter.stream().flatMap(b -> b.facts().stream()).toList();
        assertThat(Documents.proof(collected(world, key(world, side), facts)))
            .as("the %s's evidence in a snapshot", side)
            .isEqualTo(whole);
      }
      Proof proof = Documents.readProof(whole);
      assertThat(Documents.proof(proof)).isEqualTo(whole);
      assertThat(failing(report(proof))).as("the %s's evidence contradicts itself", side).isEmpty();
      hidesSecrets(cell.facts(), proof, new String(whole, StandardCharsets.UTF_8));
    }
  }

  /** No key, no seed, and no preimage that was not revealed. */
  private static void hidesSecrets(List<Fact> facts, Proof proof, String text) {
    List<Secret> secrets = new ArrayList<>();
    List<Bytes32> seeds = new ArrayList<>();
    for (Fact fact : facts) {
      switch (fact) {
        case Fact.BuyerBegan f -> {
          secrets.add(f.begin().voucherKey());
          seeds.add(Bytes32.of(f.begin().firstSeed().reveal()));
        }
        case Fact.SellerBegan f -> secrets.add(f.setting().receiptKey());
        case Fact.SecretDrawn f -> seeds.add(Bytes32.of(f.bytes().reveal()));
        default -> {}
      }
    }
    assertThat(secrets).isNotEmpty();
    for (Secret secret : secrets) {
      assertThat(text).doesNotContain(HexFormat.of().formatHex(secret.reveal()));
    }
    for (VoucherClaim claim : proof.vouchers()) {
      int count = claim.voucher().message().tickCount();
      for (Bytes32 seed : seeds) {
        Bytes32[] links = TickChain.links(proof.id(), seed, count);
        if (count > 0 && links[0].equals(claim.voucher().message().tickAnchor())) {
          for (int i = claim.ticks() + 1; i <= count; i++) {
            assertThat(text).doesNotContain(links[i].toString());
          }
        }
      }
    }
    long acknowledged = proof.acknowledged().map(a -> a.delivered()).orElse(0L);
    for (Bytes32 seed : seeds) {
      boolean last = acknowledged > 0 && proof.acknowledged().get().preimage().equals(seed);
      boolean paid = proof.vouchers().stream().anyMatch(c -> c.preimage().equals(seed));
      assertThat(text.contains(seed.toString()))
          .as("a seed is shown, and it is no revealed end of a chain")
          .isEqualTo(last || paid);
    }
  }

  private static Proof collected(TwoSides world, PartitionKey key, List<Fact> facts) {
    return ProofCollector.collect(world.protocol, key, facts, id -> Optional.of(world.listing()));
  }

  private static PartitionKey key(TwoSides world, TwoSides.Side side) {
    return side == world.buyer ? world.buying : world.selling;
  }

  private static TwoSides.Cell<?> cell(TwoSides world, TwoSides.Side side) {
    return side.cell(key(world, side));
  }
}
