package io.edgebeat.benchmarks.money;

import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.journal.Journal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ticks a second through the seller's decisions, one SHA-256 counted for each, and until they are
 * durable; beside the bare hash chain. A frame carries many ticks: what shows the last shows all.
 */
public final class TickStreamBench implements Program {
  private static final RecordCodec<FactBatch> CODEC = RecordCodec.of(FactBatch.class);

  @Override
  public String name() {
    return "tick-stream";
  }

  @Override
  public String summary() {
    return "ticks a second: decided and verified, and durable, beside bare SHA-256";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 15 : 5);
    int sides = (int) context.option("sides", context.nightly() ? 2_000 : 400);
    int frame = (int) context.option("frame", 93);
    PaidSeller seller = PaidSeller.make();
    Rounds rounds = new Rounds();
    Path directory = Rounds.directory(context, "ticks");
    try (Journal journal = Journals.open(directory)) {
      for (int i = 0; i <= count; i++) {
        if (i == 1) {
          rounds.clear();
        }
        List<SellerSide> decided = states(seller, sides);
        rounds.processor("verified", () -> ticks(seller, decided, frame, batch -> {}));
        rounds.processor("hashes", () -> hashes(seller, sides));
        List<SellerSide> written = states(seller, sides);
        rounds.wall(
            "durable",
            () -> {
              AtomicLong last = new AtomicLong();
              long ticks =
                  ticks(
                      seller,
                      written,
                      frame,
                      batch -> last.set(journal.append(CODEC.encode(batch), Journals.FAIL)));
              Journals.awaitDurable(journal, last.get());
              return ticks;
            });
      }
    } finally {
      Rounds.remove(directory);
    }
    context.result("frame", frame);
    rounds.rate(context, "verified_per_core", "verified");
    rounds.rate(context, "hashes_per_core", "hashes");
    rounds.rate(context, "durable", "durable");
    rounds.ratio(context, "verified_to_hashes", "verified", "hashes");
  }

  private static List<SellerSide> states(PaidSeller seller, int sides) {
    List<SellerSide> states = new ArrayList<>();
    for (int i = 0; i < sides; i++) {
      states.add(seller.state());
    }
    return states;
  }

  /** Takes what was decided. */
  private interface Taker {
    void take(FactBatch batch);
  }

  /** All ticks of each, in frames; the sides take turns, as many streams at one node do. */
  private static long ticks(PaidSeller seller, List<SellerSide> sides, int frame, Taker taker) {
    long ticks = 0;
    for (int k = 1; k < PaidSeller.TICKS; ) {
      int next = Math.min(PaidSeller.TICKS, k + frame);
      PeerMessage.Ticks message =
          new PeerMessage.Ticks(seller.voucher.sequence(), next, seller.links[next]);
      for (SellerSide side : sides) {
        taker.take(seller.hear(side, message));
        ticks += next - k;
      }
      k = next;
    }
    for (SellerSide side : sides) {
      if (side.ticks() != PaidSeller.TICKS) {
        throw new IllegalStateException("only " + side.ticks() + " ticks were taken");
      }
    }
    return ticks;
  }

  /** The same hashes, and nothing else. */
  private static long hashes(PaidSeller seller, int sides) {
    int steps = PaidSeller.TICKS - 1;
    for (int i = 0; i < sides; i++) {
      if (!TickChain.back(seller.voucher.agreementId(), seller.links[PaidSeller.TICKS], steps)
          .equals(seller.links[1])) {
        throw new IllegalStateException("the chain does not fit");
      }
    }
    return (long) sides * steps;
  }
}
