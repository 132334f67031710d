package io.edgebeat.benchmarks.shared;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import io.edgebeat.core.pay.SettlementGuard;
import io.edgebeat.core.pay.VoucherGuard;
import io.edgebeat.core.run.MeterGate;
import io.edgebeat.core.sim.SimDisk;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * What several threads share answers them as if they had come one after the other: random histories
 * of calls, each run many times on threads of their own and held against every order there is.
 */
class LinearizableTest {
  private static final int HISTORIES = Boolean.getBoolean("edgebeat.nightly") ? 100 : 5;
  private static final AgreementId ID = new AgreementId(Bytes32.of(new byte[32]));

  private static StressOptions options() {
    return new StressOptions()
        .iterations(HISTORIES)
        .invocationsPerIteration(200)
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        .minimizeFailedScenario(false);
  }

  private static <T extends TypedMessage> Signed<T> sign(T message, AtomicInteger count) {
    byte[] bytes = new byte[65];
    bytes[63] = (byte) count.incrementAndGet();
    return new Signed<>(message, Signature.of(bytes));
  }

  /** The key of an agreement, of which two threads want vouchers and a settlement. */
  @Param(name = "sequence", gen = IntGen.class, conf = "1:3")
  @Param(name = "amount", gen = IntGen.class, conf = "10:12")
  public static final class Keys {
    private final VoucherGuard vouchers = new VoucherGuard();
    private final SettlementGuard settlements = new SettlementGuard();
    private final AtomicInteger signatures = new AtomicInteger();

    @Operation
    public String voucher(
        @Param(name = "sequence") int sequence, @Param(name = "amount") int amount) {
      Voucher wanted =
          new Voucher(ID, sequence, Edg.units(amount), Bytes32.ZERO, Edg.units(0), 0, Bytes32.ZERO);
      try {
        return "" + vouchers.sign(wanted, Edg.units(0), Edg.units(100), m -> sign(m, signatures));
      } catch (EdgeBeatException e) {
        return e.code() + " " + e.getMessage();
      }
    }

    @Operation
    public String settlement(@Param(name = "amount") int amount) {
      Settlement wanted = new Settlement(ID, Edg.units(amount), Bytes32.ZERO);
      try {
        return "" + settlements.sign(wanted, Edg.units(11), m -> sign(m, signatures));
      } catch (EdgeBeatException e) {
        return e.code() + " " + e.getMessage();
      }
    }

    @Operation
    public void close() {
      vouchers.close();
    }

    @Operation
    public String last() {
      return vouchers.last() + " " + settlements.signed();
    }
  }

  /** A gate between a program that takes units and an engine that grants them. */
  @Param(name = "units", gen = IntGen.class, conf = "1:4")
  public static final class Gate {
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final MeterGate gate =
        new MeterGate(TickUnit.seconds(1), (kind, units) -> told.addAndGet(units.intValue()));

    @Operation
    public int ask(@Param(name = "units") int units) {
      gate.ask("CALLS", units, served::incrementAndGet);
      return told.get();
    }

    @Operation
    public void open() {
      gate.open();
    }

    @Operation
    public void grant(@Param(name = "units") int total) {
      gate.grant(total);
    }

    @Operation
    public void limit(@Param(name = "units") int total) {
      gate.limit(total);
    }

    @Operation
    public long used() {
      return gate.used();
    }
  }

  /** A journal that two threads append to while one of them flushes. */
  public static final class Records {
    private final Journal journal =
        Journal.open(
            new SimDisk(1),
            JournalOptions.withNewId(new byte[16])
                .withMaxRecordBytes(256)
                .withBatches(4096, 2)
                .withPreallocateBytes(0),
            new Nothing());

    @Operation
    public long append() {
      return journal.append(new byte[] {1}, (sequence, failure) -> {});
    }

    @Operation
    public long appendAndSync() {
      return journal.appendAndSync(new byte[] {2});
    }
  }

  private static final class Nothing implements JournalReplay {
    @Override
    public void snapshot(byte[] state, long upToSequence) {}

    @Override
    public void record(long sequence, byte[] payload) {}
  }

  /** As {@link Keys}, but for what a guard is there for. */
  @Param(name = "amount", gen = IntGen.class, conf = "1:3")
  public static final class Unguarded {
    private volatile int signed;

    @Operation
    public int sign(@Param(name = "amount") int amount) {
      if (signed == 0) {
        Thread.onSpinWait();
        signed = amount;
      }
      return signed;
    }
  }

  @Test
  void aKeySignsAsIfOneThreadAsked() {
    options().check(Keys.class);
  }

  @Test
  void aGateCountsAsIfOneThreadTook() {
    options().check(Gate.class);
  }

  @Test
  void aJournalNumbersAsIfOneThreadWrote() {
    options().check(Records.class);
  }

  @Test
  void aGuardWithoutALockIsFound() {
    assertThatThrownBy(() -> options().actorsBefore(0).iterations(20).check(Unguarded.class))
        .hasMessageContaining("Invalid execution results");
  }
}
