package io.edgebeat.benchmarks;

import io.edgebeat.benchmarks.check.Eip712Bench;
import io.edgebeat.benchmarks.check.TickVerifyBench;
import io.edgebeat.benchmarks.check.VoucherVerifyBench;
import io.edgebeat.benchmarks.child.WasmChildBench;
import io.edgebeat.benchmarks.costs.CostsBench;
import io.edgebeat.benchmarks.crash.PowerLoss;
import io.edgebeat.benchmarks.embed.IdleSellerBench;
import io.edgebeat.benchmarks.equal.LedgerEquivalence;
import io.edgebeat.benchmarks.equal.SignatureEquivalence;
import io.edgebeat.benchmarks.evm.EvmCallsBench;
import io.edgebeat.benchmarks.evm.EvmIndexBench;
import io.edgebeat.benchmarks.evm.EvmOpensBench;
import io.edgebeat.benchmarks.evm.GasBench;
import io.edgebeat.benchmarks.explore.Exploration;
import io.edgebeat.benchmarks.guest.WasmColdBench;
import io.edgebeat.benchmarks.guest.WasmEnginesBench;
import io.edgebeat.benchmarks.guest.WasmSnapshotBench;
import io.edgebeat.benchmarks.guest.WasmStartBench;
import io.edgebeat.benchmarks.guest.WasmSteadyBench;
import io.edgebeat.benchmarks.kill.Kill;
import io.edgebeat.benchmarks.market.MarketplaceQueryBench;
import io.edgebeat.benchmarks.market.PlacementBench;
import io.edgebeat.benchmarks.money.JournalBench;
import io.edgebeat.benchmarks.money.LoadProof;
import io.edgebeat.benchmarks.money.PaidCallBench;
import io.edgebeat.benchmarks.money.RecoveryBench;
import io.edgebeat.benchmarks.money.TickStreamBench;
import io.edgebeat.benchmarks.money.VoucherStreamBench;
import io.edgebeat.benchmarks.mutants.Mutants;
import io.edgebeat.benchmarks.simulate.Simulation;
import io.edgebeat.benchmarks.wasm.DifferentialProof;
import io.edgebeat.benchmarks.wasm.FuzzProof;
import io.edgebeat.benchmarks.wasm.HostileProof;
import io.edgebeat.benchmarks.wasm.TestSuite;
import java.util.List;

/** The one list of everything that {@link Bench} and {@link Prove} can start. */
final class Programs {
  /** For {@code mvn -q -Pbench -Dbench=NAME}. */
  static final List<Program> BENCHES =
      List.of(
          new Lifecycle(),
          new Eip712Bench(),
          new EvmCallsBench(),
          new EvmIndexBench(),
          new EvmOpensBench(),
          new GasBench(),
          new IdleSellerBench(),
          new JournalBench(),
          new MarketplaceQueryBench(),
          new PaidCallBench(),
          new PlacementBench(),
          new RecoveryBench(),
          new TickStreamBench(),
          new TickVerifyBench(),
          new VoucherStreamBench(),
          new VoucherVerifyBench(),
          new WasmChildBench(),
          new WasmColdBench(),
          new WasmEnginesBench(),
          new CostsBench(),
          new WasmSnapshotBench(),
          new WasmStartBench(),
          new WasmSteadyBench());

  /** For {@code mvn -q -Pprove -Dprove=NAME}. */
  static final List<Program> PROOFS =
      List.of(
          new Simulation(),
          new Exploration(),
          new PowerLoss(),
          new Kill(),
          new LoadProof(),
          new TestSuite(),
          new DifferentialProof(),
          new FuzzProof(),
          new HostileProof(),
          new LedgerEquivalence(),
          new SignatureEquivalence(),
          new Mutants());

  private Programs() {}
}
